import { expect, test } from 'vitest';
import type { Runner } from '../world/runner.ts';
import { matchesVersionPrefix } from './version-prefix.ts';

function runnerOf(...versions: string[]): Runner {
  const managers = versions.map((version) => [version, { info: { version } }] as const);
  return { managers: new Map(managers) } as unknown as Runner;
}

test.each([
  ['17.5.1', '17', true],
  ['17.5.1', '1', false],
  ['17.5.1', '17.5.', true],
  ['17.51.0', '17.5', false],
  ['17.5.10', '17.5.1', false],
  ['17.5.1~pre', '17.5.1', true],
  ['17.5.1', '5', false],
])('version %s has prefix %s: %s', (version, prefix, expected) => {
  expect(matchesVersionPrefix(runnerOf(version), prefix)).toBe(expected);
});

test('one manager of that version is enough, and none is too few', () => {
  expect(matchesVersionPrefix(runnerOf('16.0.0', '17.0.0'), '17')).toBe(true);
  expect(matchesVersionPrefix(runnerOf(), '17')).toBe(false);
});
