import { anything, anythingButNewline, ignoringCase, only } from './code-point-sets.ts';
import { parseBracket } from './parse-bracket.ts';
import { parseEscape } from './parse-escape.ts';
import { PatternReader } from './pattern-reader.ts';
import type { CodePointSet, Re2Node } from './re2-node.ts';
import { Re2SyntaxError } from './re2-syntax-error.ts';

/** The flags under which a part of a pattern is read; `U` is accepted and means nothing to a yes-or-no match. */
export interface Re2Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

// RE2's own limits: beyond them GitLab answers "bad repetition operator" and "nesting too deep".
const MAX_REPEAT = 1000;
const MAX_DEPTH = 1000;
const EMPTY: Re2Node = { kind: 'sequence', parts: [] };

/** Parses a pattern as RE2 does: no look-around and no back-references, since RE2 has none. */
export function parseRe2(pattern: string, flags: Re2Flags): Re2Node {
  const reader = new PatternReader(pattern);
  const node = parseChoice(reader, { flags, depth: 0 });
  if (!reader.done) throw new Re2SyntaxError('unexpected )');
  return node;
}

interface Scope {
  flags: Re2Flags;
  readonly depth: number;
}

function parseChoice(reader: PatternReader, scope: Scope): Re2Node {
  if (scope.depth > MAX_DEPTH) throw new Re2SyntaxError('expression nests too deeply');
  const options = [parseSequence(reader, scope)];
  while (reader.take('|')) options.push(parseSequence(reader, scope));
  return options.length === 1 ? (options[0] ?? EMPTY) : { kind: 'choice', options };
}

function parseSequence(reader: PatternReader, scope: Scope): Re2Node {
  const parts: Re2Node[] = [];
  while (!reader.done && !reader.startsWith('|') && !reader.startsWith(')')) {
    if (reader.take('\\Q')) parts.push(...parseLiteralRun(reader, scope.flags));
    else parts.push(parseRepeats(reader, parseAtom(reader, scope)));
  }
  return { kind: 'sequence', parts };
}

function parseLiteralRun(reader: PatternReader, flags: Re2Flags): Re2Node[] {
  return [...reader.until('\\E')].map((text) => character(only(text.codePointAt(0) ?? 0), flags));
}

function parseRepeats(reader: PatternReader, part: Re2Node): Re2Node {
  const bounds = parseRepeat(reader);
  if (bounds === undefined) return part;
  reader.take('?');
  if (parseRepeat(reader) !== undefined) throw new Re2SyntaxError('bad repetition operator');
  return { kind: 'repeat', part, ...bounds };
}

function parseRepeat(reader: PatternReader): { min: number; max: number } | undefined {
  if (reader.take('*')) return { min: 0, max: Infinity };
  if (reader.take('+')) return { min: 1, max: Infinity };
  if (reader.take('?')) return { min: 0, max: 1 };
  // A brace that holds no count is an ordinary character to RE2.
  const counted = reader.takeMatch(/\{(\d+)(,(\d*))?\}/y);
  if (counted === undefined) return undefined;
  const min = Number(counted[1]);
  const max = counted[2] === undefined ? min : counted[3] === '' ? Infinity : Number(counted[3]);
  if (min > max || min > MAX_REPEAT || (max > MAX_REPEAT && max !== Infinity)) {
    throw new Re2SyntaxError(`bad repetition operator: ${counted[0]}`);
  }
  return { min, max };
}

function parseAtom(reader: PatternReader, scope: Scope): Re2Node {
  const { flags } = scope;
  if (reader.take('(')) return parseGroup(reader, scope);
  if (reader.take('[')) return character(parseBracket(reader, flags.i), { ...flags, i: false });
  if (reader.take('.')) return character(flags.s ? anything : anythingButNewline, flags);
  if (reader.take('^')) return { kind: 'assertion', what: flags.m ? 'line-start' : 'text-start' };
  if (reader.take('$')) return { kind: 'assertion', what: flags.m ? 'line-end' : 'text-end' };
  if (reader.take('\\')) return parseEscapedAtom(reader, flags);
  if (parseRepeat(reader) !== undefined) {
    throw new Re2SyntaxError('no argument for repetition operator');
  }
  return character(only(reader.next()), flags);
}

function parseEscapedAtom(reader: PatternReader, flags: Re2Flags): Re2Node {
  if (reader.take('A')) return { kind: 'assertion', what: 'text-start' };
  if (reader.take('z')) return { kind: 'assertion', what: 'text-end' };
  if (reader.take('b')) return { kind: 'assertion', what: 'word-boundary' };
  if (reader.take('B')) return { kind: 'assertion', what: 'inside-word' };
  return character(parseEscape(reader), flags);
}

function parseGroup(reader: PatternReader, scope: Scope): Re2Node {
  const inner: Scope = { flags: scope.flags, depth: scope.depth + 1 };
  if (reader.take('?')) {
    const named = reader.takeMatch(/P?<([A-Za-z_]\w*)>/y);
    if (named === undefined) {
      const flags = parseGroupFlags(reader, scope.flags);
      if (reader.take(')')) {
        // `(?i)` holds for the rest of the group that it stands in.
        scope.flags = flags;
        return EMPTY;
      }
      if (!reader.take(':')) throw new Re2SyntaxError(`invalid perl operator: ${reader.rest(3)}`);
      inner.flags = flags;
    }
  }
  const node = parseChoice(reader, inner);
  if (!reader.take(')')) throw new Re2SyntaxError('missing closing )');
  return node;
}

function parseGroupFlags(reader: PatternReader, flags: Re2Flags): Re2Flags {
  const written = reader.takeMatch(/([imsU]*)(?:-([imsU]+))?(?=[:)])/y);
  if (written === undefined) {
    throw new Re2SyntaxError(`invalid perl operator: (?${reader.rest(2)}`);
  }
  const [, on = '', off = ''] = written;
  const flag = (name: 'i' | 'm' | 's'): boolean =>
    on.includes(name) || (flags[name] && !off.includes(name));
  return { i: flag('i'), m: flag('m'), s: flag('s') };
}

function character(accepts: CodePointSet, flags: Re2Flags): Re2Node {
  return { kind: 'character', accepts: flags.i ? ignoringCase(accepts) : accepts };
}
