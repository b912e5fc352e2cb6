import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { openZip, packZip } from '../src/index.ts';
import { centralHeader, endOfArchive } from '../src/pack/zip-records.ts';
import { findDirectory } from '../src/unpack/find-directory.ts';
import { parseRecord } from '../src/unpack/zip-entry.ts';
import { open } from 'node:fs/promises';
import { temporaryFolder } from './temporary-folder.ts';

const mebibyte = 1024 * 1024;

test('packs and reads a file of more than 4 GiB', { timeout: 120_000 }, async () => {
  const block = Buffer.alloc(mebibyte);
  const blocks = 4100;
  const huge = Readable.from(
    Array.from({ length: blocks }, () => block),
    { objectMode: false },
  );
  const stream = packZip(
    [
      { kind: 'file', path: 'huge', content: huge },
      { kind: 'file', path: 'after', content: 'after' },
    ],
    { level: 'fast' },
  );
  const zip = await buffer(stream);
  const sizes: Record<string, number> = {};
  const witness = await fromBufferPromise(zip);
  for await (const entry of witness.eachEntry()) sizes[entry.fileName] = entry.uncompressedSize;
  expect(sizes).toEqual({ huge: blocks * mebibyte, after: 5 });

  const file = join(temporaryFolder(), 'huge.zip');
  writeFileSync(file, zip);
  await using archive = await openZip(file, { maxRatio: 2000 });
  let length = 0;
  for await (const chunk of archive.open('huge')) length += chunk.length;
  expect(length).toBe(blocks * mebibyte);
  expect((await buffer(archive.open('after'))).toString()).toBe('after');
});

test('reads back sizes, offsets and counts that need 64 bits', async () => {
  const header = {
    entry: { kind: 'file', path: 'far', content: '' },
    offset: 2 ** 33 + 1,
    hasDescriptor: true,
    isZip64: true,
  } as const;
  const data = { method: 8, crc: 7, size: 2 ** 34 + 2, packedSize: 2 ** 32 + 3 };
  const { entry, end } = parseRecord(centralHeader(header, data), 0);
  expect(entry).toMatchObject({ ...data, offset: 2 ** 33 + 1, path: 'far' });
  expect(end).toBe(centralHeader(header, data).length);

  const record = centralHeader(header, { ...data, size: 5, packedSize: 5 });
  const count = 70_000;
  const directory = Buffer.alloc(count * record.length);
  const path = join(temporaryFolder(), 'end');
  writeFileSync(path, Buffer.concat([directory, endOfArchive(count, 0, directory.length)]));
  await using file = await open(path);
  const { size } = await file.stat();
  expect(await findDirectory(file, size)).toEqual({ count, offset: 0, size: directory.length });
});
