import { once } from 'node:events';
import { constants, createDeflateRaw, type DeflateRaw, type ZlibOptions } from 'node:zlib';
import { blockSize } from './block-pool.ts';
import { limitConcurrency } from './limit-concurrency.ts';

/** Compresses one block; its place in its entry decides how the piece ends. */
export type Deflate = (data: Buffer, isLast: boolean) => Promise<Buffer>;

/** Compressors in libuv's thread pool that are used again: to make one costs as much as a file. */
export interface DeflatePool extends Disposable {
  readonly deflate: Deflate;
}

/** Up to here a block is compressed with less memory: most artifacts are a few small files. */
const smallSize = 64 * 1024;

/** Makes a pool of compressors, each when it is first needed; at most `size` are at work at once. */
export function createDeflatePool(level: number, size: number): DeflatePool {
  const small = new Deflaters(level, smallSize);
  const large = new Deflaters(level, blockSize);
  return {
    deflate: limitConcurrency(size, (data, isLast) => {
      const deflaters = data.length <= smallSize ? small : large;
      return deflaters.deflate(data, isLast);
    }),
    [Symbol.dispose]: () => {
      small.close();
      large.close();
    },
  };
}

/** Compressors for blocks up to a size. */
class Deflaters {
  readonly #level: number;
  readonly #mostBytes: number;
  readonly #idle: Deflater[] = [];

  constructor(level: number, mostBytes: number) {
    this.#level = level;
    this.#mostBytes = mostBytes;
  }

  async deflate(data: Buffer, isLast: boolean): Promise<Buffer> {
    const deflater = this.#idle.pop() ?? new Deflater(this.#level, this.#mostBytes);
    const packed = await deflater.deflate(data, isLast);
    this.#idle.push(deflater);
    return packed;
  }

  close(): void {
    for (const deflater of this.#idle) deflater.close();
  }
}

class Deflater {
  readonly #stream: DeflateRaw;
  readonly #failed: Promise<never>;

  constructor(level: number, mostBytes: number) {
    const options: ZlibOptions & { highWaterMark: number } = {
      level,
      memLevel: 9,
      // A block's output is mostly a part of one such chunk, so it need not be joined.
      chunkSize: mostBytes,
      // A block's output is read when all of it is there.
      highWaterMark: 2 * mostBytes,
    };
    this.#stream = createDeflateRaw(options);
    this.#failed = once(this.#stream, 'close').then(() => {
      throw new Error('The compressor was closed.');
    });
    // It is there to be raced with; closing an idle compressor is no failure.
    this.#failed.catch(() => undefined);
  }

  /**
   * Pieces of neighbouring blocks joined are one deflate stream: each ends on a whole byte, as in
   * pigz, and none refers to the block before it.
   */
  async deflate(data: Buffer, isLast: boolean): Promise<Buffer> {
    this.#stream.reset();
    this.#stream.write(data);
    const ending = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    const flushed = new Promise<void>((resolve) => this.#stream.flush(ending, resolve));
    await Promise.race([flushed, this.#failed]);
    const packed: unknown = this.#stream.read();
    return Buffer.isBuffer(packed) ? packed : Buffer.alloc(0);
  }

  close(): void {
    this.#stream.destroy();
  }
}
