/**
 * A pattern too long for the automaton, followed by Knuth, Morris and Pratt's rule from the moment
 * that its first bytes have been seen. Its table (four bytes for each of its own) is made only then.
 */
export class LongPattern {
  readonly bytes: Uint8Array;
  #borders: Int32Array | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /**
   * How many of the pattern's first bytes stand at the end of the text after one more byte, where
   * `matched` stood there before. May be called only with `matched` short of the whole.
   */
  advance(matched: number, byte: number): number {
    let length = matched;
    while (length > 0 && this.bytes[length] !== byte) length = this.border(length);
    return this.bytes[length] === byte ? length + 1 : 0;
  }

  /** The longest shorter beginning of the pattern that also ends its first `length` bytes. */
  border(length: number): number {
    this.#borders ??= bordersOf(this.bytes);
    return this.#borders[length]!;
  }
}

function bordersOf(bytes: Uint8Array): Int32Array {
  const borders = new Int32Array(bytes.length + 1);
  for (let i = 1, length = 0; i < bytes.length; i++) {
    while (length > 0 && bytes[length] !== bytes[i]) length = borders[length]!;
    if (bytes[length] === bytes[i]) length++;
    borders[i + 1] = length;
  }
  return borders;
}
