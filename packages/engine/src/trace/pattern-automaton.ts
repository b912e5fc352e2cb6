/** Patterns are followed by the automaton up to this length; see LongPattern for the rest. */
export const AUTOMATON_DEPTH = 64;

const HASH = 0x9e3779b1;

/**
 * Aho and Corasick's automaton over the patterns' first {@link AUTOMATON_DEPTH} bytes. Its state is
 * the longest end of the text so far that begins a pattern, so it sees every occurrence however the
 * text repeats itself, in time linear in the text.
 */
export class PatternAutomaton {
  /** By state: how many bytes of a pattern stand at the end of the text. */
  readonly depth: Uint8Array;
  /** By state: the length of the longest whole pattern that ends here, 0 for none. */
  readonly matchLength: Uint8Array;
  readonly #parent: Int32Array;
  readonly #label: Uint8Array;
  readonly #fallback: Int32Array;
  readonly #hasChild: Uint8Array;
  /**
   * States are numbered as patterns are read, so a state's child is mostly the next number. The
   * others are in this open hash table, by parent and label; 0 is free.
   */
  readonly #branches: Int32Array;
  readonly #branchShift: number;
  #states = 1;

  constructor(patterns: readonly Uint8Array[]) {
    const most = patterns.reduce((sum, { length }) => sum + Math.min(length, AUTOMATON_DEPTH), 2);
    const branchBits = 33 - Math.clz32(patterns.length);
    const branches = 2 ** branchBits;
    // One piece of memory for all: V8 counts each against its next collection of garbage.
    const memory = new ArrayBuffer(4 * (2 * most + branches) + 4 * most);
    this.#parent = new Int32Array(memory, 0, most).fill(-1);
    this.#fallback = new Int32Array(memory, 4 * most, most);
    this.#branches = new Int32Array(memory, 8 * most, branches);
    const bytesAt = 8 * most + 4 * branches;
    this.depth = new Uint8Array(memory, bytesAt, most);
    this.matchLength = new Uint8Array(memory, bytesAt + most, most);
    this.#label = new Uint8Array(memory, bytesAt + 2 * most, most);
    this.#hasChild = new Uint8Array(memory, bytesAt + 3 * most, most);
    this.#branchShift = 32 - branchBits;
    for (const pattern of patterns) this.#insert(pattern);
    this.#linkFallbacks();
  }

  /** The state after one more byte. */
  advance(state: number, byte: number): number {
    let from = state;
    for (;;) {
      const next = this.#child(from, byte);
      if (next !== 0 || from === 0) return next;
      from = this.#fallback[from]!;
    }
  }

  /** The longest state that could still grow into a longer match: what must be held back. */
  settle(state: number): number {
    let settled = state;
    while (settled !== 0 && this.#hasChild[settled] === 0) settled = this.#fallback[settled]!;
    return settled;
  }

  /** The state that stands for the pattern's bytes, as far as the automaton follows it. */
  stateOf(pattern: Uint8Array): number {
    return pattern
      .subarray(0, AUTOMATON_DEPTH)
      .reduce((state, byte) => this.#child(state, byte), 0);
  }

  #child(state: number, byte: number): number {
    const next = state + 1;
    if (this.#isChild(next, state, byte)) return next;
    for (let slot = this.#slot(state, byte); ; slot = this.#slotAfter(slot)) {
      const child = this.#branches[slot]!;
      if (child === 0 || this.#isChild(child, state, byte)) return child;
    }
  }

  #isChild(child: number, state: number, byte: number): boolean {
    return this.#parent[child] === state && this.#label[child] === byte;
  }

  #slot(state: number, byte: number): number {
    return Math.imul((state << 8) | byte, HASH) >>> this.#branchShift;
  }

  #slotAfter(slot: number): number {
    return slot + 1 === this.#branches.length ? 0 : slot + 1;
  }

  #insert(pattern: Uint8Array): void {
    const known = Math.min(pattern.length, AUTOMATON_DEPTH);
    let state = 0;
    for (let i = 0; i < known; i++) {
      state = this.#child(state, pattern[i]!) || this.#addState(state, pattern[i]!);
    }
    if (known === pattern.length) this.matchLength[state] = known;
  }

  #addState(parent: number, byte: number): number {
    const state = this.#states++;
    this.#parent[state] = parent;
    this.#label[state] = byte;
    this.depth[state] = this.depth[parent]! + 1;
    this.#hasChild[parent] = 1;
    if (state !== parent + 1) this.#addBranch(state);
    return state;
  }

  #addBranch(state: number): void {
    let slot = this.#slot(this.#parent[state]!, this.#label[state]!);
    while (this.#branches[slot] !== 0) slot = this.#slotAfter(slot);
    this.#branches[slot] = state;
  }

  #linkFallbacks(): void {
    for (const state of this.#statesByDepth()) {
      const parent = this.#parent[state]!;
      if (parent === 0) continue;
      const fallback = this.advance(this.#fallback[parent]!, this.#label[state]!);
      this.#fallback[state] = fallback;
      this.matchLength[state] ||= this.matchLength[fallback]!;
    }
  }

  /** All states but the root, the shallow ones first, since a fallback is shallower than its state. */
  #statesByDepth(): Int32Array {
    const next = new Int32Array(AUTOMATON_DEPTH + 2);
    for (let state = 1; state < this.#states; state++) next[this.depth[state]! + 1]! += 1;
    for (let depth = 1; depth < next.length; depth++) next[depth]! += next[depth - 1]!;
    const ordered = new Int32Array(this.#states - 1);
    for (let state = 1; state < this.#states; state++) {
      ordered[next[this.depth[state]!]!++] = state;
    }
    return ordered;
  }
}
