/** Chance that is the same on every run with the same seed (xorshift). */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  }

  /** A whole number from 0 to below the limit, which is at most 2^32. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  /** One of the list, or of a text's characters. */
  pick<T>(list: ArrayLike<T>): T {
    return list[this.below(list.length)]!;
  }

  word(alphabet: ArrayLike<string>, length: number): string {
    return Array.from({ length }, () => this.pick(alphabet)).join('');
  }
}
