import { wordCharacter } from './code-point-sets.ts';
import { compileRe2 } from './compile-re2.ts';
import type { Instruction } from './compile-re2.ts';
import { parseRe2 } from './parse-re2.ts';
import type { Assertion } from './re2-node.ts';

/**
 * A regular expression in RE2's syntax, which GitLab uses for everything that a user writes.
 *
 * JavaScript's own expressions would accept what GitLab refuses (look-around, back-references) and
 * can take exponential time; this one takes time linear in the text.
 */
export class Re2 {
  readonly source: string;
  readonly #program: readonly Instruction[];
  readonly #start: number;

  /** @throws Re2SyntaxError */
  constructor(source: string, flags = '') {
    this.source = flags === '' ? source : `(?${flags})${source}`;
    const has = (flag: string): boolean => flags.includes(flag);
    const node = parseRe2(source, { i: has('i'), m: has('m'), s: has('s') });
    const { program, start } = compileRe2(node);
    this.#program = program;
    this.#start = start;
  }

  /** Tells whether some part of the text matches; anchor the pattern to ask about the whole text. */
  test(text: string): boolean {
    const codePoints = Array.from(text, (character) => character.codePointAt(0) ?? 0);
    let states = new Set<number>();
    for (let position = 0; position <= codePoints.length; position += 1) {
      states.add(this.#start);
      const reached = this.#follow(states, codePoints, position);
      if (reached === 'accepted') return true;
      states = this.#step(reached, codePoints[position]);
    }
    return false;
  }

  /** All character instructions that can be reached without reading a character. */
  #follow(from: Set<number>, text: readonly number[], position: number): Set<number> | 'accepted' {
    const reached = new Set(from);
    for (const index of reached) {
      const instruction = this.#program[index];
      if (instruction?.op === 'accept') return 'accepted';
      if (instruction?.op === 'fork') reached.add(instruction.next).add(instruction.or);
      if (instruction?.op === 'assertion' && holds(instruction.what, text, position)) {
        reached.add(instruction.next);
      }
    }
    return reached;
  }

  #step(states: ReadonlySet<number>, codePoint: number | undefined): Set<number> {
    const stepped = new Set<number>();
    if (codePoint === undefined) return stepped;
    for (const index of states) {
      const instruction = this.#program[index];
      if (instruction?.op === 'character' && instruction.accepts(codePoint)) {
        stepped.add(instruction.next);
      }
    }
    return stepped;
  }
}

const NEWLINE = 0x0a;

function holds(what: Assertion, text: readonly number[], position: number): boolean {
  const before = text[position - 1];
  const after = text[position];
  switch (what) {
    case 'text-start':
      return before === undefined;
    case 'text-end':
      return after === undefined;
    case 'line-start':
      return before === undefined || before === NEWLINE;
    case 'line-end':
      return after === undefined || after === NEWLINE;
    case 'word-boundary':
      return isWord(before) !== isWord(after);
    case 'inside-word':
      return isWord(before) === isWord(after);
  }
}

function isWord(codePoint: number | undefined): boolean {
  return codePoint !== undefined && wordCharacter(codePoint);
}
