import { posix } from 'node:path';

/** A pattern cut before its first wildcard: `out/x/*.xml` is the folder `out/x` and `*.xml`. */
export interface SplitPattern {
  readonly base: string;
  readonly rest: string;
}

/**
 * Makes a pattern of `.gitlab-ci.yml` relative to the project folder, as gitlab-runner does:
 * `./abc//` is `abc`, an absolute path below `root` is fine, and `.` names the whole project.
 * Gives undefined for a pattern that leads out of the project.
 */
export function toProjectPattern(pattern: string, root: string): string | undefined {
  if (cleanPath(pattern) === cleanPath(root)) return '.';
  const { base, rest } = /[*?[{]/.test(pattern)
    ? splitPattern(pattern)
    : { base: pattern, rest: '' };
  const relative = posix.relative(root, posix.resolve(root, base));
  const joined = cleanPath(posix.join(relative, rest));
  return joined === '..' || joined.startsWith('../') ? undefined : joined;
}

/** Cuts a pattern at its last slash before any wildcard and unescapes what comes before. */
export function splitPattern(pattern: string): SplitPattern {
  let slash = -1;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '\\') at++;
    else if (character === '/') slash = at;
    else if ('*?[{'.includes(character)) break;
  }
  if (slash === -1) return { base: '.', rest: pattern };
  const base = slash === 0 ? '/' : unescapeWildcards(pattern.slice(0, slash));
  return { base, rest: pattern.slice(slash + 1) };
}

/** Whether a pattern has a wildcard that is not escaped. */
export function hasWildcard(pattern: string): boolean {
  return /[*?[{]/.test(pattern.replaceAll(/\\./gsu, ''));
}

/** Takes the backslashes off escaped wildcards; others stay, as in doublestar. */
export function unescapeWildcards(pattern: string): string {
  return pattern.replaceAll(/\\([*?[\]{}])/g, '$1');
}

function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
