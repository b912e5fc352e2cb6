import { hash, randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { isIncompressible } from './incompressible.ts';

const text = Buffer.from('Sphinx of black quartz, judge my vow. '.repeat(30_000));

test('isIncompressible knows noise from text', () => {
  expect(isIncompressible(randomBytes(1024 * 1024))).toBe(true);
  expect(isIncompressible(text)).toBe(false);
  expect(isIncompressible(Buffer.from(randomBytes(60_000).toString('base64')))).toBe(false);
});

test('isIncompressible recognises what is compressed already', () => {
  const words = Array.from({ length: 200_000 }, (_, n) => hash('md5', String(n)).slice(0, 6)).join(
    ' ',
  );
  expect(isIncompressible(deflateRawSync(words))).toBe(true);
});

test('isIncompressible lets a block that is text in part be compressed', () => {
  const half = Buffer.concat([randomBytes(500_000), text.subarray(0, 500_000)]);
  expect(isIncompressible(half)).toBe(false);
});
