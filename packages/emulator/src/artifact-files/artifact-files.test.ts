import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';
import { gzipFiles } from './gzip-files.ts';
import { zipFiles } from './zip-files.ts';

/** One gzip member as gitlab-runner writes it. */
function aMember(path: string, text: string): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, 0x18, 0, 0, 0, 0, 0, 255]);
  const names = Buffer.from(`${path.split('/').at(-1)}\0${path}\0`);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(text));
  trailer.writeUInt32LE(text.length, 4);
  return Buffer.concat([header, names, deflateRawSync(text), trailer]);
}

/** A zip archive; what is compressible is compressed. */
function aZip(entries: Readonly<Record<string, string>>, comment = ''): Buffer {
  const [locals, directory]: [Buffer[], Buffer[]] = [[], []];
  for (const [name, text] of Object.entries(entries)) {
    const isSmaller = deflateRawSync(text).length < text.length;
    const data = isSmaller ? deflateRawSync(text) : Buffer.from(text);
    const offset = Buffer.concat(locals).length;
    const local = record(0x04034b50, 30, { 8: isSmaller ? 8 : 0, 26: name.length });
    locals.push(local, Buffer.from(name), data);
    const facts = { 10: isSmaller ? 8 : 0, 28: name.length };
    const central = record(0x02014b50, 46, facts, { 20: data.length, 42: offset });
    directory.push(central, Buffer.from(name));
  }
  const start = Buffer.concat(locals).length;
  const facts = { 10: directory.length / 2, 20: comment.length };
  const end = record(0x06054b50, 22, facts, { 16: start });
  return Buffer.concat([...locals, ...directory, end, Buffer.from(comment)]);
}

/** A record of a zip archive: numbers of two and four bytes by their offset. */
function record(
  signature: number,
  size: number,
  shorts: Readonly<Record<number, number>>,
  longs: Readonly<Record<number, number>> = {},
): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(signature);
  for (const [at, value] of Object.entries(shorts)) bytes.writeUInt16LE(value, Number(at));
  for (const [at, value] of Object.entries(longs)) bytes.writeUInt32LE(value, Number(at));
  return bytes;
}

function contents(files: ReadonlyMap<string, () => Buffer>): Record<string, string> {
  return Object.fromEntries([...files].map(([path, read]) => [path, read().toString()]));
}

describe('the files of a zip archive', () => {
  test('are read whether they are compressed or not, and folders are none', () => {
    const files = { 'out/a.txt': 'a', 'out/b.txt': 'b'.repeat(1000), empty: '' };
    expect(contents(zipFiles(aZip({ 'out/': '', ...files }, 'a comment')))).toEqual(files);
  });

  test('are none in an empty archive', () => {
    expect(contents(zipFiles(aZip({})))).toEqual({});
  });

  test('are not looked for in what is no archive', () => {
    expect(() => zipFiles(Buffer.from('zip-bytes'))).toThrow('no zip archive');
  });
});

describe('the files of a gzipped report', () => {
  test('are read by their paths, one after the other', () => {
    const members = [aMember('a/report.xml', 'one'), aMember('b/report.xml', 'x'.repeat(100_000))];
    const expected = { 'a/report.xml': 'one', 'b/report.xml': 'x'.repeat(100_000) };
    expect(contents(gzipFiles(Buffer.concat(members)))).toEqual(expected);
  });

  test('have the names that gitlab-runner had to escape', () => {
    expect([...gzipFiles(aMember('e:r%C3%A9sum%C3%A9', '')).keys()]).toEqual(['résumé']);
  });

  test('may be without a name', () => {
    expect(contents(gzipFiles(gzipSync('plain')))).toEqual({ '': 'plain' });
    expect(() => gzipFiles(Buffer.from('plain text'))).toThrow('not gzipped');
  });
});
