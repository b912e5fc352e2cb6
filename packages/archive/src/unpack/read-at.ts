import type { FileHandle } from 'node:fs/promises';
import { ArchiveError } from '../archive-error.ts';

/**
 * Reads a part of an archive.
 * @throws {@link ArchiveError} `DIRECTORY_BROKEN` where the file ends before it.
 */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const data = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(data, filled, length - filled, offset + filled);
    if (bytesRead === 0) throw brokenDirectory('it ends too early');
    filled += bytesRead;
  }
  return data;
}

/** The error for an archive whose own records do not fit together. */
export function brokenDirectory(reason: string): ArchiveError {
  return new ArchiveError('DIRECTORY_BROKEN', `The archive is broken: ${reason}.`);
}

/** Reads a 64-bit number; an archive has no use for those that a double cannot hold. */
export function readUInt64(data: Buffer, at: number): number {
  const value = Number(data.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw brokenDirectory('a size or an offset is impossible');
  return value;
}
