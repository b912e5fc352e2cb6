import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { ArchiveError, errnoOf } from '../archive-error.ts';
import { decodePath, encodePath, quotePath, toFilePath } from '../path-name.ts';
import type { DiskContent } from '../select/selection.ts';
import { BlockPool, blockSize } from './block-pool.ts';
import type { GivenContent, PackConfig, PackEntry, PackFile } from './pack-entry.ts';

/** Files up to this size are read as a whole, several at once. */
export const wholeFileSize = 128 * 1024;

/** An entry about to be packed; `blocks` is read once, in turn. */
export interface OpenEntry {
  readonly entry: PackEntry;
  /** The most bytes that will come, where that is known: a file that grows is cut at its size. */
  readonly maxSize: number | undefined;
  readonly blocks: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** Opens an entry, and reads it where it is small; undefined for a file that is to be left out. */
export async function openEntry(
  entry: PackEntry,
  config: PackConfig,
  pool: BlockPool,
): Promise<OpenEntry | undefined> {
  config.signal.throwIfAborted();
  if (entry.kind === 'folder') return wholeEntry(entry, Buffer.alloc(0));
  if (entry.kind === 'link') return wholeEntry(entry, encodePath(entry.target));
  const { content } = entry;
  if (isDiskContent(content)) return openDiskFile(entry, content, config, pool);
  if (content instanceof Uint8Array || typeof content === 'string')
    return givenEntry(entry, content, pool);
  return { entry, maxSize: undefined, blocks: givenBlocks(content, config.signal, pool) };
}

function isDiskContent(content: PackFile['content']): content is DiskContent {
  return typeof content === 'object' && 'inode' in content;
}

function wholeEntry(entry: PackEntry, data: Buffer): OpenEntry {
  return { entry, maxSize: data.length, blocks: [data] };
}

function givenEntry(entry: PackEntry, content: Uint8Array | string, pool: BlockPool): OpenEntry {
  const data = typeof content === 'string' ? Buffer.from(content) : content;
  return { entry, maxSize: data.length, blocks: cutBlocks([data], pool) };
}

/** The function that opens a handler's file is called only when all before it is packed. */
async function* givenBlocks(
  content: Readable | (() => GivenContent | Promise<GivenContent>),
  signal: AbortSignal,
  pool: BlockPool,
): AsyncGenerator<Buffer, void, undefined> {
  const given = typeof content === 'function' ? await content() : content;
  yield* cutBlocks(given instanceof Readable ? addAbortSignal(signal, given) : [given], pool);
}

/**
 * Cuts a stream into whole blocks, wherever its chunks end: an archive packed again must have the
 * same bytes, since GitLab refuses a second upload that differs from the first.
 */
export async function* cutBlocks(
  chunks: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  pool: BlockPool,
): AsyncGenerator<Buffer, void, undefined> {
  let block: Buffer | undefined;
  let filled = 0;
  for await (const chunk of chunks) {
    let rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    while (rest.length > 0) {
      block ??= pool.take();
      const part = rest.subarray(0, blockSize - filled);
      block.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
      if (filled < blockSize) continue;
      yield block;
      [block, filled] = [undefined, 0];
    }
  }
  yield block?.subarray(0, filled) ?? Buffer.alloc(0);
}

async function openDiskFile(
  entry: PackFile,
  content: DiskContent,
  config: PackConfig,
  pool: BlockPool,
): Promise<OpenEntry | undefined> {
  const file = await openSafely(entry, content, config);
  if (file === undefined) return undefined;
  const { size } = await file.stat();
  const changed = (): void => config.onNote({ kind: 'changed', path: entry.path });
  if (size !== content.size) changed();
  if (size > wholeFileSize) {
    return { entry, maxSize: size, blocks: readBlocks(file, size, () => pool.take(), changed) };
  }
  const whole: Buffer[] = [];
  const allocate = (): Buffer => Buffer.allocUnsafe(size);
  for await (const block of readBlocks(file, size, allocate, changed)) whole.push(block);
  return { entry, maxSize: size, blocks: whole };
}

/**
 * Opens a selected file without following a link in its place. Another file of that name is
 * taken only if it, too, lies in the project; nothing waits for the writer of a named pipe.
 */
async function openSafely(
  { path }: PackFile,
  content: DiskContent,
  config: PackConfig,
): Promise<FileHandle | undefined> {
  const where = toFilePath(content.root, path);
  let file: FileHandle;
  try {
    file = await open(where, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = errnoOf(error) ?? String(error);
    if (!['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(code)) {
      throw new ArchiveError(
        'FILE_UNREADABLE',
        `${quotePath(path)} cannot be read: ${code}.`,
        error,
      );
    }
    config.onNote({ kind: 'vanished', path });
    return undefined;
  }
  const stats = await file.stat();
  const isSame = stats.dev === content.device && stats.ino === content.inode;
  if (stats.isFile() && (isSame || (await isInside(where, content.root)))) return file;
  await file.close();
  config.onNote({ kind: stats.isFile() ? 'moved-outside' : 'vanished', path });
  return undefined;
}

async function isInside(where: string | Buffer, root: string): Promise<boolean> {
  const real = decodePath(await realpath(where, 'buffer'));
  return real.startsWith(posix.join(root, '/'));
}

async function* readBlocks(
  file: FileHandle,
  size: number,
  allocate: () => Buffer,
  onShort: () => void,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    let position = 0;
    do {
      const block = allocate().subarray(0, size - position);
      const length = await fillBlock(file, block, position);
      position += length;
      yield block.subarray(0, length);
      if (length < block.length) return onShort();
    } while (position < size);
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
