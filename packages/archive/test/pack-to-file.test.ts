import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import {
  packGzip,
  packRaw,
  packToFile,
  packZip,
  selectFiles,
  type PackEntry,
} from '../src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { writeTree } from './tree.ts';

const MIB = 2 ** 20;
const text = 'The quick brown fox jumps over the lazy dog. '.repeat(80_000);

/** Blocks that are stored, compressed and left as they are, whole ones and ends of all sizes. */
async function mixedEntries(): Promise<readonly PackEntry[]> {
  const root = join(temporaryFolder(), 'project');
  mkdirSync(root);
  writeTree(root, {
    'a noise': randomBytes(5 * MIB + 17),
    'b text': text,
    'c one block of noise': randomBytes(MIB),
    'd most of a block of noise': randomBytes(MIB - 100_000),
    'e little noise': randomBytes(40_000),
    'f nothing': '',
    'g noise again': randomBytes(3 * MIB),
  });
  return (await selectFiles({ root, paths: ['.'] })).entries;
}

describe('packToFile', () => {
  test.each([
    ['zip', packZip],
    ['gzip', packGzip],
  ] as const)('writes the bytes that a %s sent elsewhere has', async (format, pack) => {
    const entries = await mixedEntries();
    const file = join(temporaryFolder(), 'packed');
    const size = await packToFile(entries, { file, format });
    const written = readFileSync(file);
    expect(size).toBe(written.length);
    expect(written.equals(await buffer(pack(entries)))).toBe(true);
  });

  test('writes a raw file as it is, for its owner alone', async () => {
    const data = randomBytes(3 * MIB + 5);
    const entry = { kind: 'file', path: 'report', content: () => Readable.from([data]) } as const;
    const file = join(temporaryFolder(), 'packed');
    expect(await packToFile([entry], { file, format: 'raw' })).toBe(data.length);
    expect(readFileSync(file).equals(await buffer(packRaw([entry])))).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('fails where the files fail, with what packing them fails with', async () => {
    const file = join(temporaryFolder(), 'packed');
    const entry = { kind: 'file', path: 'twice', content: 'a' } as const;
    await expect(packToFile([entry, entry], { file, format: 'zip' })).rejects.toMatchObject({
      code: 'NAME_DUPLICATE',
    });
  });
});
