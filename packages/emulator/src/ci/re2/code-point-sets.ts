import type { CodePointSet } from './re2-node.ts';
import { Re2SyntaxError } from './re2-syntax-error.ts';

const NEWLINE = 0x0a;

/** Accepts exactly one code point. */
export const only =
  (wanted: number): CodePointSet =>
  (codePoint) =>
    codePoint === wanted;

/** Accepts the code points from `first` to `last`, both included. */
export const between =
  (first: number, last: number): CodePointSet =>
  (codePoint) =>
    codePoint >= first && codePoint <= last;

/** Accepts what any of the sets accepts. */
export const union =
  (sets: readonly CodePointSet[]): CodePointSet =>
  (codePoint) =>
    sets.some((set) => set(codePoint));

/** Accepts what the set does not. */
export const complement =
  (set: CodePointSet): CodePointSet =>
  (codePoint) =>
    !set(codePoint);

/** Accepts every code point. */
export const anything: CodePointSet = () => true;

/** Accepts every code point but the newline: RE2's `.` without the flag `s`. */
export const anythingButNewline: CodePointSet = (codePoint) => codePoint !== NEWLINE;

const digit = between(0x30, 0x39);
const lower = between(0x61, 0x7a);
const upper = between(0x41, 0x5a);
const letter = union([lower, upper]);
/** Accepts the ASCII characters of a word: RE2's `\w` is not Unicode's. */
export const wordCharacter = union([letter, digit, only(0x5f)]);
const space = union([between(0x09, 0x0a), between(0x0c, 0x0d), only(0x20)]);

const perlClasses: ReadonlyMap<string, CodePointSet> = new Map([
  ['d', digit],
  ['D', complement(digit)],
  ['w', wordCharacter],
  ['W', complement(wordCharacter)],
  ['s', space],
  ['S', complement(space)],
]);

const posixClasses: ReadonlyMap<string, CodePointSet> = new Map([
  ['alnum', union([letter, digit])],
  ['alpha', letter],
  ['ascii', between(0x00, 0x7f)],
  ['blank', union([only(0x09), only(0x20)])],
  ['cntrl', union([between(0x00, 0x1f), only(0x7f)])],
  ['digit', digit],
  ['graph', between(0x21, 0x7e)],
  ['lower', lower],
  ['print', between(0x20, 0x7e)],
  [
    'punct',
    union([between(0x21, 0x2f), between(0x3a, 0x40), between(0x5b, 0x60), between(0x7b, 0x7e)]),
  ],
  ['space', union([between(0x09, 0x0d), only(0x20)])],
  ['upper', upper],
  ['word', wordCharacter],
  ['xdigit', union([digit, between(0x41, 0x46), between(0x61, 0x66)])],
]);

/** The set behind `\d`, `\W` and their like; undefined for another letter. */
export function perlClass(letterOfClass: string): CodePointSet | undefined {
  return perlClasses.get(letterOfClass);
}

/** The set behind `[:alpha:]` or `[:^alpha:]`, given what stands between the colons. */
export function posixClass(name: string): CodePointSet {
  const negated = name.startsWith('^');
  const set = posixClasses.get(negated ? name.slice(1) : name);
  if (set === undefined) throw new Re2SyntaxError(`invalid character class range: [:${name}:]`);
  return negated ? complement(set) : set;
}

/** The set behind `\p{Greek}` or `\pL`: a general category or a script of Unicode. */
export function unicodeClass(name: string): CodePointSet {
  const negated = name.startsWith('^');
  const property = negated ? name.slice(1) : name;
  if (property === 'Any') return negated ? () => false : anything;
  const tester = testerOf(property);
  const set: CodePointSet = (codePoint) => tester.test(String.fromCodePoint(codePoint));
  return negated ? complement(set) : set;
}

function testerOf(property: string): RegExp {
  if (/^\w+$/.test(property)) {
    for (const source of [`\\p{gc=${property}}`, `\\p{sc=${property}}`]) {
      try {
        return new RegExp(source, 'u');
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }
  }
  throw new Re2SyntaxError(`invalid character class range: \\p{${property}}`);
}

/** Accepts a code point in either case, as RE2 does under the flag `i`. */
export function ignoringCase(set: CodePointSet): CodePointSet {
  return (codePoint) => set(codePoint) || caseVariants(codePoint).some(set);
}

function caseVariants(codePoint: number): number[] {
  const character = String.fromCodePoint(codePoint);
  return [character.toLowerCase(), character.toUpperCase()]
    .filter((variant) => [...variant].length === 1)
    .map((variant) => variant.codePointAt(0) ?? codePoint);
}
