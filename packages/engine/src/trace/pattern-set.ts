import { AUTOMATON_DEPTH, PatternAutomaton } from './pattern-automaton.ts';
import { LongPattern } from './long-pattern.ts';
import { StartFilter } from './start-filter.ts';

const none: readonly LongPattern[] = [];

/** Finds quickly where a pattern of a set could begin. */
export interface StartFinder {
  /**
   * Gives the first place from a place on where a pattern could begin in a text: either the bytes
   * there look like one, or the text ends too soon to tell.
   */
  searchIn(text: Uint8Array): (from: number) => number;
}

/** What is known of a set of byte patterns before any text: made once, shared by all searches. */
export class PatternSet {
  readonly automaton: PatternAutomaton;
  /** Less than this many bytes of a pattern are found again by the filter at no great cost. */
  readonly window: number;
  readonly #longPatterns = new Map<number, LongPattern[]>();
  readonly #patterns: readonly Uint8Array[];
  #filter: StartFinder | undefined;

  /** Takes at least one pattern, none of them empty. */
  constructor(patterns: readonly Uint8Array[], filter?: StartFinder) {
    this.automaton = new PatternAutomaton(patterns);
    this.#patterns = patterns;
    this.#filter = filter;
    this.window = patterns.reduce((least, { length }) => Math.min(least, length), 16);
    for (const pattern of patterns) {
      if (pattern.length > AUTOMATON_DEPTH) this.#addLong(new LongPattern(pattern));
    }
  }

  /** Made when first used: a job that prints a few short lines does without. */
  get filter(): StartFinder {
    this.#filter ??= new StartFilter(this.#patterns);
    return this.#filter;
  }

  /** The long patterns whose first {@link AUTOMATON_DEPTH} bytes this state stands for. */
  longPatternsAt(state: number): readonly LongPattern[] {
    return this.#longPatterns.get(state) ?? none;
  }

  #addLong(pattern: LongPattern): void {
    const state = this.automaton.stateOf(pattern.bytes);
    const there = this.#longPatterns.get(state);
    if (there) there.push(pattern);
    else this.#longPatterns.set(state, [pattern]);
  }
}
