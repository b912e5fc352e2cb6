import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseGlob } from '../src/glob/glob.ts';

/** What doublestar itself answers, hand-made and random patterns on hand-made and random paths. */
interface DoublestarTable {
  readonly invalid: readonly string[];
  readonly matches: readonly (readonly [pattern: string, path: string, matches: 0 | 1])[];
}

function isTable(value: unknown): value is DoublestarTable {
  return typeof value === 'object' && value !== null && 'invalid' in value && 'matches' in value;
}

function readTable(): DoublestarTable {
  const file = new URL('./fixtures/doublestar-matches.json', import.meta.url);
  const table: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isTable(table)) throw new Error('The table has another form.');
  return table;
}

test('decides 2,790 pairs of pattern and path as doublestar v4 does', () => {
  const { matches } = readTable();
  const different = matches.filter(
    ([pattern, path, wanted]) => (parseGlob(pattern)?.matches(path) ?? false) !== (wanted === 1),
  );
  expect(different).toEqual([]);
  expect(matches).toHaveLength(2790);
  expect(matches.filter(([, , wanted]) => wanted === 1).length).toBeGreaterThan(1000);
});

test('refuses the patterns that doublestar calls invalid', () => {
  const { invalid } = readTable();
  expect(invalid.filter((pattern) => parseGlob(pattern) !== undefined)).toEqual([]);
  expect(invalid.length).toBeGreaterThan(10);
});
