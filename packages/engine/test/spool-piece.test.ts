import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

import { expect, test } from 'vitest';

import { Spool } from '../src/trace/spool.ts';
import { TestFolder } from './support/test-folder.ts';

const HEAD_BYTES = 100;

async function aSpool(folder: TestFolder, text: Buffer): Promise<Spool> {
  const file = folder.write('spool', text.subarray(HEAD_BYTES));
  const head = text.subarray(0, HEAD_BYTES);
  return Spool.reopen({ file, head, cursor: 0, knownSize: text.length });
}

async function bytesOf(spool: Spool, offset: number, length: number): Promise<Buffer> {
  const piece = await spool.piece(offset, length);
  if (piece instanceof Uint8Array) return Buffer.from(piece);
  const parts: Buffer[] = [];
  for await (const part of piece) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

test('a piece of a log has its bytes, however large it is and wherever it begins', async () => {
  using folder = new TestFolder();
  const text = randomBytes(3_000_000);
  await using spool = await aSpool(folder, text);
  for (const offset of [0, 40, HEAD_BYTES, 5000]) {
    for (const length of [0, 10, 200, 600_000, 2_000_000, 5_000_000]) {
      const bytes = await bytesOf(spool, offset, length);
      expect(bytes.equals(text.subarray(offset, offset + length))).toBe(true);
    }
  }
});

test('a log has the checksum of its bytes, whatever of it was sent, twice or not at all', async () => {
  using folder = new TestFolder();
  const text = randomBytes(3_000_000);
  await using spool = await aSpool(folder, text);
  await bytesOf(spool, 0, 50);
  await bytesOf(spool, 0, 700_000);
  await bytesOf(spool, 300_000, 900_000);
  await bytesOf(spool, 2_000_000, 100_000);
  const expected = crc32(text).toString(16).padStart(8, '0');
  expect(await spool.checksum()).toBe(`crc32:${expected}`);
});
