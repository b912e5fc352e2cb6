import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { packGzip, packRaw, selectFiles, type PackEntry } from '../src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { writeTree } from './tree.ts';

const modifiedAt = new Date(1_700_000_000_000);
const large = Buffer.concat([randomBytes(1_500_000), Buffer.alloc(1_500_000, 'report ')]);

describe('packGzip', () => {
  test('packs each file as a member of its own, one after the other', async () => {
    const entries: PackEntry[] = [
      { kind: 'file', path: 'a/junit.xml', content: '<a/>', modifiedAt },
      { kind: 'folder', path: 'a', mode: 0o755, modifiedAt },
      { kind: 'file', path: 'b.xml', content: Readable.from([large]) },
      { kind: 'file', path: 'none', content: '' },
    ];
    const packed = await buffer(packGzip(entries));
    expect(gunzipSync(packed).equals(Buffer.concat([Buffer.from('<a/>'), large]))).toBe(true);
    expect(packed.length).toBeLessThan(1_700_000);
  });

  test('writes name, path and time into the header as gitlab-runner does', async () => {
    const entries: PackEntry[] = [
      { kind: 'file', path: 'out/junit.xml', content: 'x', modifiedAt },
      { kind: 'file', path: 'ö ut/50%', content: 'y' },
    ];
    const packed = await buffer(packGzip(entries));
    expect(packed.subarray(0, 4)).toEqual(Buffer.from([0x1f, 0x8b, 8, 0x18]));
    expect(packed.readUInt32LE(4)).toBe(1_700_000_000);
    expect(packed.subarray(10, 34).toString('latin1')).toBe('junit.xml\0out/junit.xml\0');
    expect(packed.toString('latin1')).toContain('e:50%25\0e:%C3%B6%20ut%2F50%25\0');
  });

  test('refuses a link, as gitlab-runner does', async () => {
    const entries: PackEntry[] = [{ kind: 'link', path: 'l', target: 'x', modifiedAt }];
    await expect(buffer(packGzip(entries))).rejects.toMatchObject({ code: 'NOT_A_REGULAR_FILE' });
  });
});

describe('packRaw', () => {
  test('sends the one file that was selected as it is', async () => {
    const root = join(temporaryFolder(), 'project');
    mkdirSync(root);
    writeTree(root, { 'gl/sast.json': large });
    const { entries } = await selectFiles({ root, paths: ['gl'] });
    expect((await buffer(packRaw(entries))).equals(large)).toBe(true);
  });

  test.each<[string, readonly PackEntry[], string]>([
    ['no file', [], 'RAW_NEEDS_ONE_FILE'],
    [
      'two files',
      [
        { kind: 'file', path: 'a', content: 'a' },
        { kind: 'file', path: 'b', content: 'b' },
      ],
      'RAW_NEEDS_ONE_FILE',
    ],
    ['a link', [{ kind: 'link', path: 'l', target: 'x', modifiedAt }], 'NOT_A_REGULAR_FILE'],
  ])('sends nothing of %s', async (_, entries, code) => {
    const sent: unknown[] = [];
    const stream = packRaw(entries).on('data', (chunk) => sent.push(chunk));
    await expect(buffer(stream)).rejects.toMatchObject({ code });
    expect(sent).toEqual([]);
  });
});
