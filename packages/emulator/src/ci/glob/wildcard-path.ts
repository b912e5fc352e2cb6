import { Re2 } from '../re2/re2.ts';

/**
 * Finds the files that a path with wildcards names, in the order of their paths.
 *
 * `include:local` and `cache:key:files` know a simpler language than `rules:changes`: `*` stays
 * within a folder, `**` crosses folders, and nothing else is special.
 */
export function findByWildcard(pattern: string, files: Iterable<string>): string[] {
  const expression = new Re2(`^${toRe2(pattern)}$`);
  return [...files].filter((file) => expression.test(file)).toSorted();
}

function toRe2(pattern: string): string {
  return pattern
    .replaceAll(/[^\w*]/gu, (character) => `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll(/\*\*\\x\{2f\}|\*\*|\*/g, (wildcard) => {
      if (wildcard === '*') return '[^/]*';
      return wildcard === '**' ? '.*' : '(.*/)?';
    });
}
