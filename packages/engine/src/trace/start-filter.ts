import type { StartFinder } from './pattern-set.ts';

const HASH = 0x9e3779b1;
/** As many as the bits of an element of the table of grams. */
const MOST_STRIDE = 16;
const HASH_MORE = 0x85ebca6b;

/**
 * Finds quickly where a pattern could begin, by looking at only some places of the text: each
 * occurrence holds, at one of its first `stride` offsets, a gram that is looked at. The places do
 * not depend on each other, so the processor reads ahead; that makes this several times faster
 * than an automaton, almost whatever the number of patterns.
 */
export class StartFilter implements StartFinder {
  readonly #stride: number;
  readonly #gramMask: number;
  readonly #gramShift: number;
  /** By a gram's hash: bit k says that some pattern has such a gram at its offset k. */
  readonly #offsets: Uint16Array;
  readonly #headMasks: readonly [number, number];
  /** By the hash of a pattern's first bytes (eight at most): 1 where there is one. */
  readonly #heads: Uint8Array;
  readonly #headShift: number;

  constructor(patterns: readonly Uint8Array[]) {
    const shortest = patterns.reduce((least, { length }) => Math.min(least, length), Infinity);
    const gramLength = shortest >= 8 ? 4 : Math.min(shortest, 3);
    this.#stride = Math.min(shortest - gramLength + 1, MOST_STRIDE);
    this.#gramMask = byteMask(gramLength);
    this.#headMasks = [byteMask(shortest), byteMask(shortest - 4)];
    this.#gramShift = 32 - tableBits(patterns.length * this.#stride);
    this.#offsets = new Uint16Array(2 ** (32 - this.#gramShift));
    this.#headShift = 32 - tableBits(patterns.length);
    this.#heads = new Uint8Array(2 ** (32 - this.#headShift));
    for (const pattern of patterns) this.#learn(pattern);
  }

  searchIn(text: Uint8Array): (from: number) => number {
    const view = new DataView(text.buffer, text.byteOffset, text.length);
    return (from) => this.#nextStart(view, from);
  }

  #nextStart(text: DataView, from: number): number {
    const stride = this.#stride;
    const gramMask = this.#gramMask;
    const shift = this.#gramShift;
    const offsets = this.#offsets;
    const seen = (at: number) =>
      offsets[Math.imul(text.getUint32(at, true) & gramMask, HASH) >>> shift]!;
    const last = text.byteLength - 4;
    let at = from + stride - 1;
    for (; at <= last; at += stride) {
      // Four places for each branch: more than twice as fast as one.
      while (
        at + 3 * stride <= last &&
        (seen(at) | seen(at + stride) | seen(at + 2 * stride) | seen(at + 3 * stride)) === 0
      ) {
        at += 4 * stride;
      }
      if (at > last) break;
      const start = this.#startBefore(text, at, seen(at));
      if (start >= 0) return start;
    }
    return at - stride + 1;
  }

  /** The first start that the gram at this place speaks of, -1 for none. */
  #startBefore(text: DataView, at: number, found: number): number {
    if (found === 0) return -1;
    for (let offset = this.#stride - 1; offset >= 0; offset--) {
      if ((found & (1 << offset)) !== 0 && this.#mayStart(text, at - offset)) return at - offset;
    }
    return -1;
  }

  #mayStart(text: DataView, start: number): boolean {
    return start + 8 > text.byteLength || this.#heads[this.#hashHead(text, start)] === 1;
  }

  #hashHead(text: DataView, start: number): number {
    const head = text.getUint32(start, true) & this.#headMasks[0];
    const more = text.getUint32(start + 4, true) & this.#headMasks[1];
    const mixed = Math.imul(head, HASH) ^ Math.imul(more, HASH_MORE);
    return Math.imul(mixed ^ (mixed >>> 15), HASH) >>> this.#headShift;
  }

  #learn(pattern: Uint8Array): void {
    const padded = new Uint8Array(MOST_STRIDE + 3);
    padded.set(pattern.subarray(0, padded.length));
    const text = new DataView(padded.buffer);
    for (let offset = 0; offset < this.#stride; offset++) {
      const gram = text.getUint32(offset, true) & this.#gramMask;
      this.#offsets[Math.imul(gram, HASH) >>> this.#gramShift]! |= 1 << offset;
    }
    this.#heads[this.#hashHead(text, 0)] = 1;
  }
}

/** Selects the first bytes of a little-endian word. */
function byteMask(bytes: number): number {
  if (bytes <= 0) return 0;
  return bytes >= 4 ? -1 : (1 << (bytes * 8)) - 1;
}

/** Sparse enough (one in 32) that few places match by chance, small enough for the caches. */
function tableBits(entries: number): number {
  return Math.min(21, Math.max(12, 32 - Math.clz32(entries * 32)));
}
