import type { Deflate } from './deflater.ts';
import { isIncompressible } from './incompressible.ts';

/** A part of an entry's data. */
export interface PlainBlock {
  readonly data: Buffer;
  readonly isLast: boolean;
}

/** Makes a block a piece of its entry's deflate stream: compressed, or stored where that is no use. */
export async function deflateBlock(block: PlainBlock, deflate: Deflate): Promise<Buffer> {
  const { data, isLast } = block;
  if (data.length === 0 || isIncompressible(data)) return storeBlock(block);
  return deflate(data, isLast);
}

const storedPieceSize = 0xffff;

/** Writes deflate's own form of "not compressed": a header of five bytes for each 64 KiB. */
export function storeBlock({ data, isLast }: PlainBlock): Buffer {
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
