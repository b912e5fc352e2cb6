import { complement, only, perlClass, unicodeClass } from './code-point-sets.ts';
import type { PatternReader } from './pattern-reader.ts';
import type { CodePointSet } from './re2-node.ts';
import { Re2SyntaxError } from './re2-syntax-error.ts';

const controlCharacters: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['f', 0x0c],
  ['t', 0x09],
  ['n', 0x0a],
  ['r', 0x0d],
  ['v', 0x0b],
]);

/** Reads what follows a backslash as a set of characters: `\d`, `\pL`, `\.`, `\n` and their like. */
export function parseEscape(reader: PatternReader): CodePointSet {
  const unicode = reader.takeMatch(/([pP])(?:\{(\^?\w+)\}|(\w))/y);
  if (unicode !== undefined) {
    const set = unicodeClass(unicode[2] ?? unicode[3] ?? '');
    return unicode[1] === 'P' ? complement(set) : set;
  }
  const perl = perlClass(reader.rest(1));
  if (perl !== undefined) {
    reader.next();
    return perl;
  }
  return only(parseEscapedCodePoint(reader));
}

/** Reads what follows a backslash where only one character may stand, such as a range's end. */
export function parseEscapedCodePoint(reader: PatternReader): number {
  const hex = reader.takeMatch(/x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/y);
  if (hex !== undefined) return codePointOf(Number.parseInt(hex[1] ?? hex[2] ?? '', 16));
  const octal = reader.takeMatch(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
  if (octal !== undefined) return Number.parseInt(octal[0], 8);
  const codePoint = reader.next();
  const character = String.fromCodePoint(codePoint);
  const control = controlCharacters.get(character);
  if (control !== undefined) return control;
  // RE2 keeps every other escaped letter and digit for itself: `\1` would be a back-reference.
  if (/[A-Za-z0-9]/.test(character)) {
    throw new Re2SyntaxError(`invalid escape sequence: \\${character}`);
  }
  return codePoint;
}

function codePointOf(value: number): number {
  if (value > 0x10ffff) throw new Re2SyntaxError('invalid escape sequence: beyond Unicode');
  return value;
}
