import { between, complement, ignoringCase, only, posixClass, union } from './code-point-sets.ts';
import { parseEscape, parseEscapedCodePoint } from './parse-escape.ts';
import type { PatternReader } from './pattern-reader.ts';
import type { CodePointSet } from './re2-node.ts';
import { Re2SyntaxError } from './re2-syntax-error.ts';

/** Reads a bracket expression from behind its `[` to behind its `]`; case is folded before it is negated. */
export function parseBracket(reader: PatternReader, ignoreCase: boolean): CodePointSet {
  const negated = reader.take('^');
  const sets: CodePointSet[] = [];
  // A `]` that comes first is a member: `[]a]`.
  do {
    if (reader.done) throw new Re2SyntaxError('missing closing ]');
    sets.push(parseMember(reader));
  } while (!reader.take(']'));
  const set = ignoreCase ? ignoringCase(union(sets)) : union(sets);
  return negated ? complement(set) : set;
}

function parseMember(reader: PatternReader): CodePointSet {
  const posix = reader.takeMatch(/\[:(\^?\w+):\]/y);
  if (posix !== undefined) return posixClass(posix[1] ?? '');
  if (/^\\[dDwWsSpP]/.test(reader.rest(2))) {
    reader.take('\\');
    return parseEscape(reader);
  }
  const first = parseRangeEnd(reader);
  const isRange = reader.startsWith('-') && !reader.startsWith('-]') && reader.rest(2).length === 2;
  if (!isRange) return only(first);
  reader.take('-');
  const last = parseRangeEnd(reader);
  if (last < first) throw new Re2SyntaxError('invalid character class range');
  return between(first, last);
}

function parseRangeEnd(reader: PatternReader): number {
  return reader.take('\\') ? parseEscapedCodePoint(reader) : reader.next();
}
