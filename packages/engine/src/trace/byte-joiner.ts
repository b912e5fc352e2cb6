const empty = new Uint8Array();

/** Collects the pieces of a stage's output, and copies only when there are several. */
export class ByteJoiner {
  readonly #pieces: Uint8Array[] = [];

  push(piece: Uint8Array): void {
    if (piece.length > 0) this.#pieces.push(piece);
  }

  join(): Uint8Array {
    const [first = empty] = this.#pieces;
    return this.#pieces.length <= 1 ? first : Buffer.concat(this.#pieces);
  }
}
