import { expandBraces } from './expand-braces.ts';

/** Tells whether a path of the repository matches. */
export type PathMatcher = (path: string) => boolean;

/**
 * Makes a matcher for a glob of `rules:changes`, `rules:exists` or `only:changes`.
 *
 * GitLab asks Ruby's `File.fnmatch?` with `FNM_PATHNAME | FNM_DOTMATCH | FNM_EXTGLOB`: a `*` stays
 * within its folder, `**` crosses folders only where a slash follows it (so `docs/**` means the
 * files right in `docs`), and dot files count as any other.
 *
 * @throws TooManyAlternatives
 */
export function rubyGlob(glob: string): PathMatcher {
  const patterns = expandBraces(glob).map(splitPattern);
  return (path) => {
    const names = path.split('/');
    return patterns.some((pattern) => matchesFolders(pattern, names));
  };
}

function splitPattern(pattern: string): string[] {
  const segments = pattern.split('/');
  // `**` at the very end has no slash behind it and is an ordinary star.
  return segments.map((segment, index) =>
    segment === '**' && index === segments.length - 1 ? '*' : segment,
  );
}

/** Follows the pattern's folders as a set of places in it, so that several `**` cost no backtracking. */
function matchesFolders(segments: readonly string[], names: readonly string[]): boolean {
  let places = skipAnyFolders(segments, [0]);
  for (const name of names) {
    const next = places.flatMap((place) => {
      const segment = segments[place];
      if (segment === undefined) return [];
      if (segment === '**') return [place];
      return matchesName(segment, name) ? [place + 1] : [];
    });
    places = skipAnyFolders(segments, [...new Set(next)]);
  }
  return places.includes(segments.length);
}

function skipAnyFolders(segments: readonly string[], places: readonly number[]): number[] {
  const reached = new Set(places);
  for (const place of reached) if (segments[place] === '**') reached.add(place + 1);
  return [...reached];
}

/** Matches one name against one segment, falling back to the last star only: earlier ones need no retry. */
function matchesName(segment: string, name: string): boolean {
  let [at, from] = [0, 0];
  let star: { at: number; from: number } | undefined;
  while (from < name.length || at < segment.length) {
    if (segment[at] === '*') {
      star = { at: at + 1, from };
      at += 1;
      continue;
    }
    const taken = from < name.length ? matchesCharacter(segment, at, name[from] ?? '') : undefined;
    if (taken !== undefined) {
      at = taken;
      from += 1;
    } else if (star !== undefined && star.from < name.length) {
      star.from += 1;
      ({ at, from } = star);
    } else {
      return false;
    }
  }
  return true;
}

/** Where the segment goes on after this character, or undefined where it does not match. */
function matchesCharacter(segment: string, at: number, character: string): number | undefined {
  switch (segment[at]) {
    case undefined:
      return undefined;
    case '?':
      return at + 1;
    case '[':
      return matchesBracket(segment, at, character);
    case '\\':
      return segment[at + 1] === character ? at + 2 : undefined;
    default:
      return segment[at] === character ? at + 1 : undefined;
  }
}

function matchesBracket(segment: string, at: number, character: string): number | undefined {
  const bracket = /\[([!^]?)((?:\\.|[^\\\]])+)\]/y;
  bracket.lastIndex = at;
  const found = bracket.exec(segment);
  // Ruby takes an unclosed bracket for a pattern that nothing matches.
  if (found === null) return undefined;
  const members = [...(found[2] ?? '').matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))?/gs)];
  const listed = members.some(([, first = '', last = first]) => {
    return unescaped(first) <= character && character <= unescaped(last);
  });
  return listed === (found[1] === '') ? bracket.lastIndex : undefined;
}

function unescaped(member: string): string {
  return member.length > 1 ? member.slice(1) : member;
}
