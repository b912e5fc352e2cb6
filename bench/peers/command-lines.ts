import type { Contestant } from './contestant.ts';
import type { Scenario } from './scenarios.ts';

/** The coordinator's command lines, as they can be given again; files go by their names alone. */
export function commandLines(
  { options }: Scenario,
  contestants: readonly Contestant[],
): readonly string[] {
  return contestants.map((contestant) => {
    const words = contestant.words.map(withoutFolder);
    const all = [...options, ...(contestant.options ?? []), '--', ...words];
    return ['bench run', ...all.map(quoted)].join(' ');
  });
}

/** Where a program lies says nothing about it; a file to be filled in stays marked as one. */
function withoutFolder(word: string): string {
  return word.replace(/(^|:)\/.*\//, '$1');
}

function quoted(word: string): string {
  return word.includes(' ') ? `'${word}'` : word;
}
