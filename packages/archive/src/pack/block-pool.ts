/** Files are read, and packed side by side, in blocks of this size. */
export const blockSize = 1024 * 1024;

/** Lends blocks again: what the collector would free late is most of a packer's memory. */
export class BlockPool {
  readonly #free: Buffer[] = [];

  /** Lends a whole block; its bytes are those of its last use. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(blockSize);
  }

  /** Takes a block back, or a part from its beginning; other buffers are left to the collector. */
  giveBack(block: Buffer): void {
    const { buffer, byteOffset } = block;
    if (buffer.byteLength === blockSize && byteOffset === 0) this.#free.push(Buffer.from(buffer));
  }
}
