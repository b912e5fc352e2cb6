import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Likeness } from './compare.ts';
import type { Outcome } from './outcome.ts';
import type { Aspect } from './scenario.ts';

/** What the last comparison with a real gitlab-runner has shown, by the scenarios' titles. */
export interface RecordedFacts {
  /** The version that was compared with. */
  readonly version: string;
  readonly scenarios: Readonly<Record<string, RecordedScenario>>;
}

export interface RecordedScenario {
  /** What gitlab-runner made of it. */
  readonly official: Outcome;
  readonly likeness: Readonly<Record<Aspect, Likeness>>;
  readonly known: readonly string[];
}

const FILE = join(import.meta.dirname, 'fixtures/gitlab-runner.json');

export function readFacts(): RecordedFacts {
  return JSON.parse(readFileSync(FILE, 'utf8')) as RecordedFacts;
}

export function writeFacts(facts: RecordedFacts): void {
  writeFileSync(FILE, `${JSON.stringify(facts, undefined, 1)}\n`);
}
