import { AUTOMATON_DEPTH } from './pattern-automaton.ts';
import type { LongPattern } from './long-pattern.ts';
import type { PatternSet } from './pattern-set.ts';

/** Below this many bytes the automaton is quicker than setting up the filter. */
const FEW_BYTES = 32;

/**
 * Told of an occurrence, relative to the chunk (a start before it is negative); ends ascend. Of
 * those with the same end the longest is told, perhaps others.
 */
export type OnMatch = (start: number, end: number) => void;

interface LongMatch {
  readonly pattern: LongPattern;
  matched: number;
}

/**
 * Finds every occurrence of a set's patterns in a stream of chunks. The filter jumps to where a
 * pattern could begin; the automaton takes over there, and gives back when too little of a pattern
 * is left at the end of the text. No byte is passed to the automaton more than a few times, so a
 * text made to be slow is slow by a constant only.
 */
export class PatternSearch {
  readonly #set: PatternSet;
  #state = 0;
  #long: LongMatch[] = [];

  constructor(set: PatternSet) {
    this.#set = set;
  }

  /** How many bytes at the end of the text could be the beginning of an occurrence. */
  get depth(): number {
    return this.#long.reduce(
      (most, { matched }) => Math.max(most, matched),
      this.#set.automaton.depth[this.#state]!,
    );
  }

  scan(chunk: Uint8Array, onMatch: OnMatch): void {
    const { automaton, window } = this.#set;
    const { length } = chunk;
    let at = this.#follow(chunk, 0, length < FEW_BYTES ? length : 0, onMatch);
    if (at === length) return;
    const nextStart = this.#set.filter.searchIn(chunk);
    while (at < length) {
      const start = nextStart(at - automaton.depth[this.#state]!);
      this.#state = 0;
      const atLeast = length - start < FEW_BYTES ? length : start + window;
      at = this.#follow(chunk, start, atLeast, onMatch);
    }
  }

  reset(): void {
    this.#state = 0;
    this.#long = [];
  }

  /** Runs the automaton until the filter can take over, but up to `atLeast` in any case. */
  #follow(chunk: Uint8Array, from: number, atLeast: number, onMatch: OnMatch): number {
    const { automaton, window } = this.#set;
    const { depth, matchLength } = automaton;
    let state = this.#state;
    let at = from;
    while (at < chunk.length) {
      if (at >= atLeast && depth[state]! < window && depth[state]! <= at && !this.#long.length) {
        break;
      }
      const byte = chunk[at++]!;
      state = automaton.advance(state, byte);
      if (this.#long.length > 0) this.#followLong(byte, at, onMatch);
      if (depth[state] === AUTOMATON_DEPTH) this.#beginLong(state);
      const matched = matchLength[state]!;
      if (matched > 0) onMatch(at - matched, at);
      if (matched > 0 || depth[state] === AUTOMATON_DEPTH) state = automaton.settle(state);
    }
    this.#state = state;
    return at;
  }

  #beginLong(state: number): void {
    for (const pattern of this.#set.longPatternsAt(state)) {
      if (this.#long.some((match) => match.pattern === pattern)) continue;
      this.#long.push({ pattern, matched: AUTOMATON_DEPTH });
    }
  }

  /** A match that falls back below the automaton's depth is the automaton's again. */
  #followLong(byte: number, end: number, onMatch: OnMatch): void {
    let lost = false;
    for (const match of this.#long) {
      const { pattern } = match;
      match.matched = pattern.advance(match.matched, byte);
      if (match.matched === pattern.bytes.length) {
        onMatch(end - match.matched, end);
        match.matched = pattern.border(match.matched);
      }
      lost ||= match.matched < AUTOMATON_DEPTH;
    }
    if (lost) this.#long = this.#long.filter(({ matched }) => matched >= AUTOMATON_DEPTH);
  }
}
