/** `npm run beside -- [--official BIN] [--only WORDS] [--at-once N] [--write]` */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

import { compareOutcomes, needlessReasons, type Comparison } from './compare.ts';
import { describeComparison, writeTables } from './describe-comparison.ts';
import type { Outcome } from './outcome.ts';
import { playScenario } from './play-scenario.ts';
import { readFacts, writeFacts, type RecordedScenario } from './recorded-facts.ts';
import { fellrunner, gitlabRunner } from './runner-under-comparison.ts';
import type { Scenario } from './scenario.ts';
import { nameOf, themes } from './scenarios/all-themes.ts';

const { values } = parseArgs({
  options: {
    official: { type: 'string' },
    only: { type: 'string', default: '' },
    'at-once': { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
  },
});

const official = values.official === undefined ? undefined : gitlabRunner(values.official);
const facts = readFacts();
const version = values.official === undefined ? facts.version : versionOf(values.official);
const recorded = new Map<string, RecordedScenario>(Object.entries(facts.scenarios));
const wanted = themes
  .flatMap((theme) =>
    theme.scenarios.map((scenario) => ({ name: nameOf(theme, scenario), scenario })),
  )
  .filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()));
let wrong = 0;

/** The other's outcome is of this moment where its binary is given, else of the last recording. */
async function theirsOf(name: string, scenario: Scenario): Promise<Outcome> {
  if (official !== undefined) return playScenario(scenario, official);
  const known = recorded.get(name);
  if (known !== undefined) return known.official;
  throw new Error(`"${name}" is not recorded: give gitlab-runner's binary with --official.`);
}

async function compareNext(): Promise<void> {
  for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) {
    const { name, scenario } = next;
    const theirs = await theirsOf(name, scenario);
    const comparison = compareOutcomes(scenario, theirs, await playScenario(scenario, fellrunner));
    const { known, likeness } = comparison;
    recorded.set(name, { official: theirs, likeness, known });
    if (values.write) write();
    if (!isAsMeant(scenario, comparison)) wrong += 1;
    console.log(describeComparison(name, scenario, comparison));
  }
}

/** After each scenario, so that a run that is cut short keeps what it has seen; once there is all. */
function write(): void {
  const names = themes.flatMap((theme) => theme.scenarios.map((it) => nameOf(theme, it)));
  if (!names.every((name) => recorded.has(name))) return;
  const scenarios = Object.fromEntries(names.map((name) => [name, recorded.get(name)!]));
  writeFacts({ version, scenarios });
  writeTables({ version, scenarios });
}

function isAsMeant(scenario: Scenario, comparison: Comparison): boolean {
  const likenesses = Object.values(comparison.likeness);
  return !likenesses.includes('wrong') && needlessReasons(scenario, comparison).length === 0;
}

await Promise.all(Array.from({ length: Number(values['at-once']) }, compareNext));
console.log(wrong === 0 ? 'All are as they are meant to be.' : `${wrong} are not as meant.`);
process.exitCode = wrong === 0 ? 0 : 1;

function versionOf(binary: string): string {
  const text = execFileSync(binary, ['--version'], { encoding: 'utf8' });
  return /^Version:\s*(\S+)/m.exec(text)?.[1] ?? 'unknown';
}
