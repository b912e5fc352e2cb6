import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { compareOutcomes, needlessReasons } from '../beside/compare.ts';
import { renderTables } from '../beside/describe-comparison.ts';
import { playScenario } from '../beside/play-scenario.ts';
import { readFacts } from '../beside/recorded-facts.ts';
import { fellrunner } from '../beside/runner-under-comparison.ts';
import { nameOf, themes } from '../beside/scenarios/all-themes.ts';

const facts = readFacts();
const scenarios = new Map(
  themes.flatMap((theme) => theme.scenarios.map((it) => [nameOf(theme, it), it] as const)),
);

/** One of each theme; `npm run beside` plays them all. */
const SHORT = [
  'Sources: the second job fetches into the clone of the first, and cleans it',
  'Variables: a file variable is a path to its content',
  'Scripts: a trap on EXIT runs, and the exit code stays',
  'Ends: after_script after a failure',
  'Caches: what one job caches, the next one has',
  'Dependencies: artifacts of earlier stages are there, with modes and links',
  'Artifacts: an archive and two reports',
];

describe('the comparison with gitlab-runner', () => {
  test('has a recording of every scenario, and of no other', () => {
    expect(Object.keys(facts.scenarios).toSorted()).toEqual([...scenarios.keys()].toSorted());
  });

  test('is shown in the documentation as it was recorded', () => {
    const document = join(dirname(import.meta.dirname), 'docs/shell-executor.md');
    expect(readFileSync(document, 'utf8')).toContain(renderTables(facts));
  });

  test('has found nothing that nobody has a reason for', () => {
    const likenesses = Object.values(facts.scenarios).flatMap((it) => Object.values(it.likeness));
    expect(likenesses).not.toContain('wrong');
  });

  test.concurrent.for(SHORT)('%s: as gitlab-runner did it', async (name) => {
    const scenario = scenarios.get(name)!;
    const ours = await playScenario(scenario, fellrunner);
    const comparison = compareOutcomes(scenario, facts.scenarios[name]!.official, ours);
    expect(comparison.lines).toEqual([]);
    expect(needlessReasons(scenario, comparison)).toEqual([]);
  });
});
