import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addRange, uniteRanges, type ByteRanges } from './byte-ranges.ts';

const pairs = fc.array(
  fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 12 })).map(([start, length]) => ({
    start,
    end: start + length,
  })),
  { maxLength: 12 },
);

function collect(all: readonly { start: number; end: number }[]): ByteRanges {
  const ranges: ByteRanges = [];
  for (const { start, end } of all.toSorted((a, b) => a.end - b.end)) addRange(ranges, start, end);
  return ranges;
}

test('ranges that share a byte become one, ranges that touch stay two', () => {
  expect(
    collect([
      { start: 0, end: 3 },
      { start: 3, end: 5 },
    ]),
  ).toEqual([0, 3, 3, 5]);
  expect(
    collect([
      { start: 0, end: 3 },
      { start: 2, end: 5 },
    ]),
  ).toEqual([0, 5]);
});

test('a range that ends last swallows all that it overlaps', () => {
  expect(
    collect([
      { start: 0, end: 2 },
      { start: 4, end: 6 },
      { start: 1, end: 9 },
    ]),
  ).toEqual([0, 9]);
});

test('uniting two lists gives what collecting all of their ranges gives', () => {
  fc.assert(
    fc.property(pairs, pairs, (left, right) => {
      expect(uniteRanges(collect(left), collect(right))).toEqual(collect([...left, ...right]));
    }),
  );
});
