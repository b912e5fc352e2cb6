import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** A piece that stays in the processor's cache while it is masked and spooled. */
const PIECE_BYTES = 256 * 1024;

/** One for all files that a thread follows: a piece is used up before another one is read. */
let room: Buffer | undefined;

/**
 * What a step's process appends to. It is read at once, not in turns with others: its bytes have
 * just been written, so they lie in memory, and a hop to another thread takes longer than a copy.
 */
export class RawFile implements Disposable {
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'r');
  }

  get size(): number {
    return fstatSync(this.#fd).size;
  }

  /** What lies there, up to a piece. The bytes are to be used before anything else is awaited. */
  read(offset: number): Buffer {
    room ??= Buffer.allocUnsafeSlow(PIECE_BYTES);
    return room.subarray(0, readSync(this.#fd, room, 0, PIECE_BYTES, offset));
  }

  /** Whether more than this piece may lie there. */
  isWhole(piece: Buffer): boolean {
    return piece.length === PIECE_BYTES;
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
