import { expandBraces } from './expand-braces.ts';
import { parseGlob, type Glob } from './glob.ts';
import { hasWildcard, splitPattern, unescapeWildcards } from './project-pattern.ts';

/**
 * A pattern to be walked down a tree, as `doublestar.Glob` does, one component at a time, from a
 * folder that it names without wildcards. Its sequences differ in braces that hold slashes:
 * `x/*{a/b,c}` has two. Without a wildcard it has one sequence, and that is empty.
 */
export interface TreeGlob {
  readonly base: string;
  readonly sequences: readonly (readonly Component[])[];
}

type Component = '**' | Glob;

/**
 * In how many ways a folder's path fits the first components of each sequence. Ways are counted,
 * since doublestar finds a path once for each of them and gitlab-runner's log gives that number.
 */
export type TreePosition = readonly (readonly number[])[];

/** Parses a pattern into one glob for each base; undefined where doublestar calls it invalid. */
export function parseTreeGlobs(pattern: string): readonly TreeGlob[] | undefined {
  if (parseGlob(pattern) === undefined) return undefined;
  const globs = new Map<string, { base: string; sequences: Component[][] }>();
  for (const { text } of expandBraces(pattern, isTreeBrace) ?? []) {
    const literal = !hasWildcard(text);
    const { base, rest } = literal
      ? { base: unescapeWildcards(text), rest: '' }
      : splitPattern(text);
    const sequence = parseComponents(rest);
    if (sequence === undefined) return undefined;
    const key = `${literal} ${base}`;
    globs.set(key, { base, sequences: [...(globs.get(key)?.sequences ?? []), sequence] });
  }
  return [...globs.values()];
}

/**
 * A brace is read as text where it may hold more than part of a component, and where no wildcard
 * comes before it, for then its alternatives are bases. Those that stay hold no slash.
 */
function isTreeBrace(body: string, head: string): boolean {
  return body.includes('/') || body.includes('**') || !hasWildcard(head);
}

function parseComponents(text: string): Component[] | undefined {
  const names = text.split('/').filter((name) => name !== '');
  const components: Component[] = [];
  for (const name of names) {
    const component = name === '**' ? name : parseGlob(name);
    if (component === undefined) return undefined;
    components.push(component);
  }
  return components;
}

/** Where a walk stands in the folder from which the pattern is looked up. */
export function startPosition({ sequences }: TreeGlob): TreePosition {
  return sequences.map((sequence) => passEmpty(sequence, [1, ...sequence.map(() => 0)]));
}

/** Where a walk stands one folder further down. */
export function enterFolder(glob: TreeGlob, position: TreePosition, name: string): TreePosition {
  return glob.sequences.map((sequence, row) => {
    const counts = position[row] ?? [];
    const next = [0, ...sequence.map(() => 0)];
    for (const [at, component] of sequence.entries()) {
      const ways = counts[at] ?? 0;
      if (ways === 0) continue;
      const target = component === '**' ? at : at + 1;
      if (component === '**' || component.matches(name)) next[target] = (next[target] ?? 0) + ways;
    }
    return passEmpty(sequence, next);
  });
}

/** A `**` may stand for no folder at all. */
function passEmpty(sequence: readonly Component[], counts: number[]): readonly number[] {
  for (const [at, component] of sequence.entries()) {
    if (component === '**') counts[at + 1] = (counts[at + 1] ?? 0) + (counts[at] ?? 0);
  }
  return counts;
}

/** How often the pattern finds the folder in which the walk stands. */
export function folderHits(position: TreePosition): number {
  return Math.max(0, ...position.map((counts) => counts.at(-1) ?? 0));
}

/** How often the pattern finds a file (or a link) of the folder in which the walk stands. */
export function fileHits(glob: TreeGlob, position: TreePosition, name: string): number {
  const hits = glob.sequences.map((sequence, row) => {
    const last = sequence.at(-1);
    if (last === undefined || (last !== '**' && !last.matches(name))) return 0;
    return position[row]?.at(-2) ?? 0;
  });
  return Math.max(0, ...hits);
}

/** Whether anything below this folder can still be found. */
export function canContinue(position: TreePosition): boolean {
  return position.some((counts) => counts.slice(0, -1).some((ways) => ways > 0));
}
