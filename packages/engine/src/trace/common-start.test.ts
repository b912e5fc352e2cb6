import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CommonStart } from './common-start.ts';

const word = (minLength: number, maxLength: number) =>
  fc
    .array(fc.constantFrom(0x61, 0x62, 0xff), { minLength, maxLength })
    .map((bytes) => Buffer.from(bytes));

test('no place is passed over where a pattern begins, nor where the text ends within its beginning', () => {
  const patterns = fc.tuple(word(1, 3), fc.array(word(0, 3), { minLength: 1, maxLength: 3 }));
  fc.assert(
    fc.property(patterns, word(0, 30), ([start, ends], text) => {
      const [first = start, ...rest] = ends.map((end) => Buffer.concat([start, end]));
      const all = [first, ...rest];
      const nextStart = new CommonStart([first, ...rest]).searchIn(text);
      for (let from = 0; from < text.length; from++) {
        const begins = (at: number) =>
          all.some((pattern) => {
            const seen = text.subarray(at, at + pattern.length);
            return seen.equals(pattern.subarray(0, seen.length));
          });
        let expected = from;
        while (expected < text.length && !begins(expected)) expected++;
        expect(nextStart(from)).toBeLessThanOrEqual(expected);
        expect(nextStart(from)).toBeGreaterThanOrEqual(from);
      }
    }),
    { numRuns: 500 },
  );
});

test('a text without the common beginning is passed over to its last few bytes', () => {
  const finder = new CommonStart([Buffer.from('glpat-'), Buffer.from('glrt-')]);
  expect(finder.searchIn(Buffer.alloc(1000, 'lorem ipsum dolor '))(0)).toBe(999);
});
