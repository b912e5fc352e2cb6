/** Files are read, and packed side by side, in blocks of this size. */
export const blockSize = 1024 * 1024;

/** Lends blocks again: what the collector would free late is most of a packer's memory. */
export class BlockPool {
  readonly #size: number;
  readonly #own = new WeakSet<ArrayBufferLike>();
  readonly #free: Buffer[] = [];

  constructor(size = blockSize) {
    this.#size = size;
  }

  /** Lends a whole block; its bytes are those of its last use. */
  take(): Buffer {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const block = Buffer.allocUnsafeSlow(this.#size);
    this.#own.add(block.buffer);
    return block;
  }

  /** Takes back a block, or a part of one; bytes of others, which a handler may still use, are left. */
  giveBack({ buffer }: Buffer): void {
    if (this.#own.has(buffer)) this.#free.push(Buffer.from(buffer));
  }
}
