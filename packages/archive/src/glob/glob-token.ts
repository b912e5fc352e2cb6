import { indexOfClassEnd, type BraceReading } from './expand-braces.ts';

/** One step of a pattern without braces; `at` is where in the text it begins. */
export type GlobToken =
  | { readonly kind: 'text'; readonly at: number; readonly text: string }
  | { readonly kind: 'any'; readonly at: number }
  | {
      readonly kind: 'class';
      readonly at: number;
      readonly accepts: (codePoint: number) => boolean;
    }
  /** `*`, and `**` that is not a whole component: characters of one component. */
  | { readonly kind: 'star'; readonly at: number }
  /** A component `**` with its slash: any number of whole components, none included. */
  | { readonly kind: 'components'; readonly at: number }
  /** A last component `**`: everything that follows. */
  | { readonly kind: 'everything'; readonly at: number };

interface Taken {
  readonly token: GlobToken;
  readonly end: number;
}

/** Cuts a reading into tokens; undefined where it ends inside an escape or a class. */
export function tokenizeGlob(reading: BraceReading): readonly GlobToken[] | undefined {
  const tokens: GlobToken[] = [];
  for (let at = 0; at < reading.text.length;) {
    const taken = takeToken(reading, at);
    if (taken === undefined) return undefined;
    tokens.push(taken.token);
    at = taken.end;
  }
  return tokens;
}

function takeToken(reading: BraceReading, at: number): Taken | undefined {
  const { text } = reading;
  switch (text[at]) {
    case '*':
      return takeStars(reading, at);
    case '?':
      return { token: { kind: 'any', at }, end: at + 1 };
    case '[':
      return takeClass(text, at);
    case '}':
      return undefined;
    case '\\':
      return at + 1 < text.length ? takeCharacter(text, at, at + 1) : undefined;
    default:
      return takeCharacter(text, at, at);
  }
}

/**
 * doublestar begins anew where a brace stood: a `**` right after `a{` can be a component, and
 * stars on both sides of a brace's beginning stay two.
 */
function takeStars({ text, bracesAt }: BraceReading, at: number): Taken {
  if (text[at + 1] !== '*' || bracesAt.includes(at + 1)) {
    return { token: { kind: 'star', at }, end: at + 1 };
  }
  const end = at + 2;
  const startsComponent = at === 0 || text[at - 1] === '/' || bracesAt.includes(at);
  if (!startsComponent || bracesAt.includes(end)) return { token: { kind: 'star', at }, end };
  if (end === text.length) return { token: { kind: 'everything', at }, end };
  if (text[end] === '/') return { token: { kind: 'components', at }, end: end + 1 };
  return { token: { kind: 'star', at }, end };
}

function takeCharacter(text: string, at: number, from: number): Taken {
  const character = String.fromCodePoint(text.codePointAt(from) ?? 0);
  return { token: { kind: 'text', at, text: character }, end: from + character.length };
}

function takeClass(text: string, at: number): Taken | undefined {
  const end = indexOfClassEnd(text, at);
  const negated = text[at + 1] === '!' || text[at + 1] === '^';
  const first = negated ? at + 2 : at + 1;
  if (end === -1 || first >= end) return undefined;
  const ranges = readRanges(Array.from(text.slice(first, end), (c) => c.codePointAt(0) ?? 0));
  const includes = (codePoint: number): boolean =>
    ranges.some(([low, high]) => low <= codePoint && codePoint <= high);
  const accepts = (codePoint: number): boolean => includes(codePoint) !== negated;
  return { token: { kind: 'class', at, accepts }, end: end + 1 };
}

const backslash = 0x5c;
const hyphen = 0x2d;

/** Reads `a-z` as a range and `-` at either end, or right after a range, as itself. */
function readRanges(characters: readonly number[]): readonly (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  let low: number | undefined;
  for (let at = 0; at < characters.length; at++) {
    const isRange = low !== undefined && characters[at] === hyphen && at + 1 < characters.length;
    if (isRange) at++;
    if (characters[at] === backslash) at++;
    const character = characters[at] ?? 0;
    ranges.push([isRange ? (low ?? 0) : character, character]);
    low = isRange ? undefined : character;
  }
  return ranges;
}
