import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { expect, test } from 'vitest';

const ROOT = dirname(import.meta.dirname);

/** What no file may say; written so that this file does not say it either. */
const FORBIDDEN: readonly (readonly [words: RegExp, reason: string])[] = [
  [/(?<![\w.$}/-])\/(work|Users)\/\w/, 'a path of one machine'],
  [/registry\.[n]pmjs|proxy\.[g]olang|index\.[c]rates/, 'a registry, which each machine chooses'],
  [/(ox|es)lint-[d]isable/, 'a rule that is switched off in one place: mend the rule or the code'],
  [/@ts-([i]gnore|[n]ocheck|[e]xpect-error)/, 'an error of the compiler that is hidden'],
  [/\b(it|test|describe)\.([o]nly|[s]kip|[t]odo)\b/, 'a test that does not run'],
];

const NOT_OURS = new Set(['.git', 'node_modules', 'dist']);

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (NOT_OURS.has(entry.name)) return [];
    return entry.isDirectory() ? filesIn(path) : path;
  });
}

test('no file speaks of the machine it was written on, or switches a check off', () => {
  const findings: string[] = [];
  for (const file of filesIn(ROOT)) {
    const lines = readFileSync(file, 'utf8').split('\n');
    for (const [index, line] of lines.entries()) {
      for (const [words, reason] of FORBIDDEN) {
        if (words.test(line))
          findings.push(`${relative(ROOT, file)}:${index + 1}: ${reason}: ${line.trim()}`);
      }
    }
  }
  expect(findings).toEqual([]);
});
