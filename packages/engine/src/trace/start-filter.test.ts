import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StartFilter } from './start-filter.ts';

const word = (minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom(0x00, 0x61, 0x62, 0x80, 0xff), { minLength, maxLength });

const patternsOfOneSize = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 8 }))
  .chain(([shortest, more]) =>
    fc.array(word(shortest, shortest + more), { minLength: 1, maxLength: 4 }),
  )
  .map((patterns) => patterns.map((bytes) => Buffer.from(bytes)));

test('no place where a pattern begins is passed over, whatever the length of the patterns', () => {
  fc.assert(
    fc.property(patternsOfOneSize, fc.array(word(0, 24), { maxLength: 6 }), (patterns, between) => {
      const parts = between.flatMap((bytes, i) => [
        Buffer.from(bytes),
        patterns[i % patterns.length]!,
      ]);
      const text = Buffer.concat(parts);
      const nextStart = new StartFilter(patterns).searchIn(text);
      const starts = patterns.map((pattern) => text.indexOf(pattern)).filter((start) => start >= 0);
      for (let from = 0; from <= Math.min(...starts, text.length); from++) {
        expect(nextStart(from)).toBeLessThanOrEqual(Math.min(...starts, text.length));
      }
    }),
    { numRuns: 500 },
  );
});

test('a text without any of a pattern is passed over to its last few bytes', () => {
  const filter = new StartFilter([Buffer.from('correct horse'), Buffer.from('battery staple')]);
  const text = Buffer.alloc(1000, 'lorem ipsum dolor ');
  expect(filter.searchIn(text)(0)).toBeGreaterThan(980);
});
