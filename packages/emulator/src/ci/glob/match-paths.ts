import { rubyGlob } from './ruby-glob.ts';

// Beyond this many comparisons GitLab stops looking and takes the clause to hold.
const MAX_COMPARISONS = 50_000;

/** Answers `rules:changes`: whether any of the changed files matches any of the globs. */
export function anyChanged(globs: readonly string[], changed: readonly string[]): boolean {
  const unique = [...new Set(globs)];
  return unique.length * changed.length > MAX_COMPARISONS || matchesAny(unique, changed);
}

/**
 * Answers `rules:exists`: whether any file is named by any of the globs; a path that ends in a
 * slash names a folder. Plain paths and `**\/*.ext` do not count towards the limit.
 */
export function anyExists(globs: readonly string[], files: readonly string[]): boolean {
  const plain = new Set(globs.filter((glob) => !isPattern(glob)));
  if (files.some((file) => plain.has(file))) return true;
  const folders = [...plain].filter((path) => path.endsWith('/'));
  if (folders.some((folder) => files.some((file) => file.startsWith(folder)))) return true;
  const endings = globs.filter(isEnding).map((glob) => glob.slice('**/*'.length));
  if (endings.some((ending) => files.some((file) => file.endsWith(ending)))) return true;
  const patterns = globs.filter((glob) => isPattern(glob) && !isEnding(glob));
  return patterns.length * files.length > MAX_COMPARISONS || matchesAny(patterns, files);
}

/** Tells whether any path matches any of the globs. */
export function matchesAny(globs: readonly string[], paths: readonly string[]): boolean {
  return globs.map(rubyGlob).some((matches) => paths.some(matches));
}

function isPattern(glob: string): boolean {
  return /[*?[{]/.test(glob);
}

function isEnding(glob: string): boolean {
  return /^\*\*\/\*\.[^/*?[{]*$/.test(glob);
}
