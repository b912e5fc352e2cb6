import { parentPaths } from '../path-name.ts';
import { parseGlob } from './glob.ts';
import { toProjectPattern } from './project-pattern.ts';

/** Decides whether a file goes into an artifact; paths are relative, with forward slashes. */
export type PathMatcher = (path: string) => boolean;

/**
 * Makes the matcher for files that are not on disk, such as those that a handler yields: a
 * pattern takes the path it matches and everything below it. A pattern that doublestar calls
 * invalid stands for itself; one that leads out of `root` matches nothing.
 */
export function createPathMatcher(patterns: readonly string[], root = '/project'): PathMatcher {
  const matchers = patterns.map((pattern) => createPatternMatcher(pattern, root));
  return (path) => {
    const candidates = [path, ...parentPaths(path)];
    return matchers.some((matches) => candidates.some(matches));
  };
}

function createPatternMatcher(pattern: string, root: string): PathMatcher {
  const relative = pattern === '' ? undefined : toProjectPattern(pattern, root);
  if (relative === undefined) return () => false;
  if (relative === '.') return () => true;
  const glob = parseGlob(relative);
  return glob === undefined ? (path) => path === relative : (path) => glob.matches(path);
}
