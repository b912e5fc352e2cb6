import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Utf8Sanitizer } from './sanitize-utf8.ts';
import { runInPieces, runWhole } from './testing/run-in-pieces.ts';

function sanitize(bytes: readonly number[]): string {
  return runWhole(new Utf8Sanitizer(), Buffer.from(bytes)).toString();
}

test.each([
  ['valid text', [0x61, 0xc3, 0xa9, 0xe2, 0x9c, 0x93, 0xf0, 0x9f, 0x90, 0xa4], 'aé✓🐤'],
  ['one invalid byte', [0x61, 0xfe, 0x62], 'a\ufffdb'],
  ['a run of invalid bytes', [0x61, 0xff, 0xfe, 0x80, 0x62], 'a\ufffdb'],
  ['two runs', [0xff, 0x61, 0xff], '\ufffda\ufffd'],
  ['a cut character', [0xe2, 0x9c, 0x61], '\ufffda'],
  ['a cut character at the end', [0x61, 0xf0, 0x9f, 0x90], 'a\ufffd'],
  ['half a surrogate pair', [0xed, 0xa0, 0x80, 0x61], '\ufffda'],
  ['an overlong slash', [0xc0, 0xaf], '\ufffd'],
  ['more than U+10FFFF', [0xf4, 0x90, 0x80, 0x80], '\ufffd'],
  ['a cut character before a whole one', [0xe2, 0x9c, 0xc3, 0xa9], '\ufffdé'],
  ['U+FFFD itself beside an invalid byte', [0xff, 0xef, 0xbf, 0xbd, 0xff], '\ufffd\ufffd\ufffd'],
  ['nothing', [], ''],
])('%s', (_, bytes, text) => {
  expect(sanitize(bytes)).toBe(text);
});

/** Go's `strings.ToValidUTF8(s, "\uFFFD")`, character by character. */
function toValidUtf8(bytes: Buffer): string {
  let text = '';
  let invalid = false;
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find(
      (n) => at + n <= bytes.length && isUtf8(bytes.subarray(at, at + n)),
    );
    if (length === undefined && !invalid) text += '\ufffd';
    if (length !== undefined) text += bytes.toString('utf8', at, at + length);
    invalid = length === undefined;
    at += length ?? 1;
  }
  return text;
}

const bytes = fc.array(
  fc.oneof(
    fc.constantFrom(
      0x61,
      0x80,
      0x9f,
      0xa0,
      0xbf,
      0xc1,
      0xc2,
      0xdf,
      0xe0,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
    ),
    fc.integer({ min: 0, max: 255 }),
  ),
  { maxLength: 40 },
);

test('any bytes, however they are cut, become what ToValidUTF8 makes of the whole', () => {
  fc.assert(
    fc.property(
      bytes,
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (input, pieces) => {
        const text = Buffer.from(input);
        const expected = toValidUtf8(text);
        expect(runInPieces(new Utf8Sanitizer(), text, pieces).toString()).toBe(expected);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a character leaves whole: each piece of output is valid by itself', () => {
  const sanitizer = new Utf8Sanitizer();
  for (const byte of Buffer.from('é✓🐤\u00ff')) {
    expect(isUtf8(sanitizer.write(Uint8Array.of(byte)))).toBe(true);
  }
});
