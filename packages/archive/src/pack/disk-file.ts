import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import { ArchiveError, errnoOf } from '../archive-error.ts';
import { decodePath, quotePath, toFilePath } from '../path-name.ts';
import type { DiskContent } from '../select/selection.ts';
import type { PackConfig, PackNote } from './pack-entry.ts';

/** A file of the project folder that is open; `size` is what it had then, and what is packed. */
export interface DiskFile {
  readonly file: FileHandle;
  readonly size: number;
  readonly note: (kind: PackNote['kind']) => void;
}

/**
 * Opens a selected file without following a link in its place. Another file of that name is
 * taken only if it, too, lies in the project; nothing waits for the writer of a named pipe.
 * Gives undefined, and a note, for a file that is to be left out.
 * @throws {@link ArchiveError} `FILE_UNREADABLE`
 */
export async function openDiskFile(
  path: string,
  content: DiskContent,
  { onNote }: PackConfig,
): Promise<DiskFile | undefined> {
  const note = (kind: PackNote['kind']): void => onNote({ kind, path });
  const where = toFilePath(content.root, path);
  let found: DiskFile | undefined;
  try {
    const file = await open(
      where,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    found = await checkFile({ file, where, note }, content);
  } catch (error) {
    if (!isReplaced(error)) throw unreadable(path, error);
    note('vanished');
  }
  return found;
}

type OpenedFile = Pick<DiskFile, 'file' | 'note'> & { readonly where: string | Buffer };

async function checkFile(
  { file, where, note }: OpenedFile,
  content: DiskContent,
): Promise<DiskFile | undefined> {
  const stats = await file.stat();
  const isSame = stats.dev === content.device && stats.ino === content.inode;
  const isInProject = isSame || (await isInside(where, content.root));
  if (stats.isFile() && isInProject) {
    if (stats.size !== content.size) note('changed');
    return { file, size: stats.size, note };
  }
  await file.close();
  note(isInProject ? 'vanished' : 'moved-outside');
  return undefined;
}

function unreadable(path: string, error: unknown): ArchiveError {
  const code = errnoOf(error) ?? String(error);
  return new ArchiveError('FILE_UNREADABLE', `${quotePath(path)} cannot be read: ${code}.`, error);
}

/** Whether there is nothing, a link, a socket or a pipe where a file was selected. */
function isReplaced(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EOPNOTSUPP'].includes(errnoOf(error) ?? '');
}

async function isInside(where: string | Buffer, root: string): Promise<boolean> {
  try {
    const real = decodePath(await realpath(where, 'buffer'));
    return real.startsWith(posix.join(root, '/'));
  } catch (error) {
    if (isReplaced(error)) return false;
    throw error;
  }
}

/** Reads a file up to its size and closes it; every block but the last is as long as `allocate`'s. */
export async function* readBlockwise(
  { file, size, note }: DiskFile,
  allocate: () => Buffer,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    let position = 0;
    do {
      const block = allocate().subarray(0, size - position);
      const length = await fillBlock(file, block, position);
      position += length;
      yield block.subarray(0, length);
      if (length < block.length) return note('changed');
    } while (position < size);
  } finally {
    await file.close();
  }
}

/** Reads a small file as a whole and closes it. */
export async function readWhole({ file, size, note }: DiskFile): Promise<Buffer> {
  try {
    const data = Buffer.allocUnsafe(size);
    const length = await fillBlock(file, data, 0);
    if (length < size) note('changed');
    return data.subarray(0, length);
  } finally {
    await file.close();
  }
}

async function fillBlock(file: FileHandle, block: Buffer, position: number): Promise<number> {
  let length = 0;
  while (length < block.length) {
    const { bytesRead } = await file.read(block, length, block.length - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}
