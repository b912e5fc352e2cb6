import { commonLength } from './common-length.ts';
import type { StartFinder } from './pattern-set.ts';

/**
 * Finds where patterns could begin that all begin alike, by Node's own search: it looks at many
 * bytes at a time, but each place that it finds costs a call. The beginning should be rare.
 */
export class CommonStart implements StartFinder {
  readonly #start: Uint8Array;

  /** Takes at least one pattern; their common beginning must not be empty. */
  constructor([first, ...others]: readonly [Uint8Array, ...Uint8Array[]]) {
    const length = others.reduce(
      (least, other) => Math.min(least, commonLength(first, other, false)),
      first.length,
    );
    this.#start = first.subarray(0, length);
  }

  searchIn(text: Uint8Array): (from: number) => number {
    const bytes = Buffer.from(text.buffer, text.byteOffset, text.length);
    const undecided = text.length - this.#start.length + 1;
    return (from) => {
      const start = bytes.indexOf(this.#start, from);
      return start < 0 ? Math.max(from, undecided) : start;
    };
  }
}
