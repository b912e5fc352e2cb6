import type { Deflate } from './deflater.ts';
import { blockSize, type BlockPool } from './block-pool.ts';
import { isIncompressible } from './incompressible.ts';

/** A part of an entry's data. */
export interface PlainBlock {
  readonly data: Buffer;
  readonly isLast: boolean;
}

const storedPieceSize = 0xffff;

/** What a whole block takes that is stored. */
export const storedBlockSize = storedSize(blockSize);

/** Makes a block a piece of its entry's deflate stream: compressed, or stored where that is no use. */
export async function deflateBlock(
  block: PlainBlock,
  deflate: Deflate,
  pool: BlockPool,
): Promise<Buffer> {
  const { data, isLast } = block;
  if (data.length === 0 || isIncompressible(data)) return storeBlock(block, pool);
  return deflate(data, isLast);
}

/**
 * Writes deflate's own form of "not compressed": a header of five bytes for each 64 KiB. Of a
 * large block it lies in memory of the pool, whose blocks have {@link storedBlockSize}.
 */
export function storeBlock({ data, isLast }: PlainBlock, pool: BlockPool): Buffer {
  const pieces = Math.max(1, Math.ceil(data.length / storedPieceSize));
  const size = storedSize(data.length);
  const isLarge = size * 2 > storedBlockSize && size <= storedBlockSize;
  const stored = isLarge ? pool.take().subarray(0, size) : Buffer.allocUnsafe(size);
  let at = 0;
  for (let piece = 0; piece < pieces; piece++) {
    const start = piece * storedPieceSize;
    const length = Math.min(storedPieceSize, data.length - start);
    at = stored.writeUInt8(isLast && piece === pieces - 1 ? 1 : 0, at);
    at = stored.writeUInt16LE(length, at);
    at = stored.writeUInt16LE(length ^ 0xffff, at);
    at += data.copy(stored, at, start, start + length);
  }
  return stored;
}

function storedSize(bytes: number): number {
  return bytes + Math.max(1, Math.ceil(bytes / storedPieceSize)) * 5;
}
