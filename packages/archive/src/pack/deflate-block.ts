import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';
import { isIncompressible } from './incompressible.ts';

const deflate = promisify(deflateRaw);

/** What a block needs to become a piece of its entry's one deflate stream. */
export interface PlainBlock {
  readonly data: Buffer;
  /** The 32 KiB before it, to which it may refer; empty at an entry's beginning. */
  readonly before: Buffer;
  readonly isLast: boolean;
}

/** As far back as deflate can refer. */
export const windowSize = 32 * 1024;

/**
 * Compresses one block on a thread of libuv's pool. Pieces of neighbouring blocks joined are one
 * deflate stream: each ends on a whole byte, as in pigz.
 */
export async function deflateBlock(block: PlainBlock, level: number): Promise<Buffer> {
  const { data, before, isLast } = block;
  if (level === 0 || isIncompressible(data)) return storeBlock(block);
  return deflate(data, {
    level,
    memLevel: 9,
    chunkSize: Math.max(1024, data.length >> 1),
    finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    ...(before.length > 0 && { dictionary: before }),
  });
}

const storedPieceSize = 0xffff;

/** Writes deflate's own form of "not compressed": a header of five bytes for each 64 KiB. */
function storeBlock({ data, isLast }: PlainBlock): Buffer {
  const pieces = Math.max(1, Math.ceil(data.length / storedPieceSize));
  const stored = Buffer.allocUnsafe(data.length + pieces * 5);
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
