import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { openZip, packZip, unpackZip, type PackEntry } from '../src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { readTree, writeTree } from './tree.ts';
import { buildZip, folder, link, regular, type ZipPart } from './zip-builder.ts';

async function archiveOf(entries: readonly PackEntry[]): Promise<string> {
  const file = join(temporaryFolder(), 'archive.zip');
  writeFileSync(file, await buffer(packZip(entries)));
  return file;
}

function builtArchive(parts: readonly ZipPart[]): string {
  const file = join(temporaryFolder(), 'archive.zip');
  writeFileSync(file, buildZip(parts));
  return file;
}

describe('unpackZip', () => {
  test('counts what it unpacked', async () => {
    const file = builtArchive([
      { name: 'd/', mode: folder },
      { name: 'd/f', data: '12345', mode: regular },
      { name: 'l', data: 'd/f', mode: link },
    ]);
    const into = join(temporaryFolder(), 'new/folder');
    expect(await unpackZip({ file, into })).toEqual({ files: 1, links: 1, folders: 1, bytes: 8 });
    expect(Object.keys(readTree(into))).toEqual(['d', 'd/f', 'l']);
  });

  test('replaces files and links, and keeps what is not in the archive', async () => {
    const into = temporaryFolder();
    writeTree(into, { 'out/old': 'old', 'out/kept': 'kept', 'out/link': { link: 'kept' } });
    const file = await archiveOf([
      { kind: 'file', path: 'out/old', content: 'new' },
      { kind: 'file', path: 'out/link', content: 'no link' },
    ]);
    await unpackZip({ file, into });
    expect(Object.keys(readTree(into))).toEqual(['out', 'out/kept', 'out/link', 'out/old']);
    expect(readFileSync(join(into, 'out/old'), 'utf8')).toBe('new');
    expect(readFileSync(join(into, 'out/link'), 'utf8')).toBe('no link');
    expect(readFileSync(join(into, 'out/kept'), 'utf8')).toBe('kept');
  });

  test('goes through a link that stays in the folder', async () => {
    const into = temporaryFolder();
    writeTree(into, { real: { folder: true }, alias: { link: 'real' } });
    const file = await archiveOf([{ kind: 'file', path: 'alias/f', content: 'f' }]);
    await unpackZip({ file, into });
    expect(readFileSync(join(into, 'real/f'), 'utf8')).toBe('f');
  });

  test('keeps a link to the outside as a link, and writes nothing through it', async () => {
    const into = temporaryFolder();
    const file = builtArchive([{ name: 'venv/python', data: '/usr/bin/python3', mode: link }]);
    await unpackZip({ file, into });
    expect(readTree(into)['venv/python']).toBe('link /usr/bin/python3');
  });

  test('restores folders that nobody may write into', async () => {
    const file = builtArchive([
      { name: 'locked/', mode: 0o040555 },
      { name: 'locked/f', data: 'f', mode: regular },
    ]);
    const into = temporaryFolder();
    await unpackZip({ file, into });
    expect(statSync(join(into, 'locked')).mode & 0o777).toBe(0o555);
  });

  test('gives files of an archive without modes the usual ones', async () => {
    const file = builtArchive([{ name: 'd/' }, { name: 'd/f', data: 'f' }]);
    const into = temporaryFolder();
    await unpackZip({ file, into });
    expect(statSync(join(into, 'd')).mode & 0o777).toBe(0o755);
    expect(statSync(join(into, 'd/f')).mode & 0o777).toBe(0o644);
  });

  test('unpacks 10,000 entries', async () => {
    const entries = Array.from({ length: 10_000 }, (_, index): PackEntry => {
      return { kind: 'file', path: `${index % 100}/${index}`, content: `${index}` };
    });
    const into = temporaryFolder();
    const unpacked = await unpackZip({ file: await archiveOf(entries), into });
    expect(unpacked.files).toBe(10_000);
    expect(readFileSync(join(into, '99/9999'), 'utf8')).toBe('9999');
  });

  test('unpacks in the staging folder that it is given', async () => {
    const base = temporaryFolder();
    const stagingFolder = join(base, 'missing');
    const file = await archiveOf([{ kind: 'file', path: 'a', content: 'a' }]);
    const into = join(base, 'into');
    await expect(unpackZip({ file, into, stagingFolder })).rejects.toMatchObject({
      code: 'WRITE_FAILED',
    });
    mkdirSync(stagingFolder);
    await unpackZip({ file, into, stagingFolder });
    expect(readTree(stagingFolder)).toEqual({});
  });

  test.runIf(process.getuid?.() === 0)('gives what it makes to the owner it is told', async () => {
    const base = temporaryFolder();
    writeTree(base, { 'into/present/f': '' });
    const file = builtArchive([
      { name: 'present/new/f', data: 'f', mode: regular },
      { name: 'l', data: 'nowhere', mode: link },
    ]);
    const into = join(base, 'into');
    await unpackZip({ file, into, owner: { uid: 12345, gid: 12346 } });
    const owners = ['present', 'present/new', 'present/new/f', 'l'].map((path) => {
      const { uid, gid } = lstatSync(join(into, path));
      return `${path} ${uid} ${gid}`;
    });
    expect(owners).toEqual([
      'present 0 0',
      'present/new 12345 12346',
      'present/new/f 12345 12346',
      'l 12345 12346',
    ]);
  });

  test.each(['gitlab-runner.zip', 'gitlab-runner-zstd.zip'])('unpacks %s', async (name) => {
    const base = temporaryFolder();
    const file = join(base, 'archive.zip');
    copyFileSync(new URL(`./fixtures/${name}`, import.meta.url), file);
    const into = join(base, 'into');
    await unpackZip({ file, into });
    const line = 'gitlab-runner packed this line\n';
    expect(readTree(into)).toEqual({
      out: 'folder 755 1700000000',
      'out/empty': 'folder 755 1700000000',
      'out/größe.txt': `file 640 1700000000 ${Buffer.from(line.repeat(2000)).toString('base64')}`,
      'out/latest': 'link run.sh',
      'out/none': 'file 644 1700000000 ',
      'out/run.sh': `file 755 1700000000 ${Buffer.from('#!/bin/sh\necho run\n').toString('base64')}`,
    });
  });
});

describe('openZip', () => {
  test('reads single entries, in any order, several at once', async () => {
    const large = 'large '.repeat(500_000);
    const file = await archiveOf([
      { kind: 'file', path: 'a/small', content: 'small' },
      { kind: 'file', path: 'large', content: Readable.from([large]) },
      { kind: 'file', path: 'empty', content: '' },
    ]);
    await using zip = await openZip(file);
    expect(zip.entries.map(({ path, size }) => [path, size])).toEqual([
      ['a/small', 5],
      ['large', large.length],
      ['empty', 0],
    ]);
    const paths = ['large', './a/small', 'empty', 'large'];
    const found = await Promise.all(paths.map((path) => text(zip.open(path))));
    expect(found).toEqual([large, 'small', '', large]);
  });

  test('says which entry is not there, or has no data', async () => {
    await using zip = await openZip(builtArchive([{ name: 'd/', mode: folder }]));
    expect(() => zip.open('x')).toThrow(expect.objectContaining({ code: 'ENTRY_MISSING' }));
    expect(() => zip.open('d')).toThrow(expect.objectContaining({ code: 'NOT_A_REGULAR_FILE' }));
  });

  test('gives a link its target for data and follows none', async () => {
    const base = temporaryFolder();
    symlinkSync('/etc/passwd', join(base, 'x'));
    await using zip = await openZip(builtArchive([{ name: 'x', data: '/etc/passwd', mode: link }]));
    expect(await text(zip.open('x'))).toBe('/etc/passwd');
  });

  test('ends the stream of a damaged entry with an error', async () => {
    const parts = [{ name: 'bad', data: 'x'.repeat(3_000_000), method: 8, crc: 1 }];
    await using zip = await openZip(builtArchive(parts));
    await expect(text(zip.open('bad'))).rejects.toMatchObject({ code: 'DATA_CORRUPT' });
  });
});
