import { addAbortSignal, Readable } from 'node:stream';
import { encodePath } from '../path-name.ts';
import type { DiskContent } from '../select/selection.ts';
import { blockSize, type BlockPool } from './block-pool.ts';
import { openDiskFile, readBlockwise, readWhole } from './disk-file.ts';
import type { GivenContent, PackConfig, PackEntry, PackFile } from './pack-entry.ts';

/** An entry whose turn has come; its blocks are read once, to the end or to an error. */
export interface OpenEntry {
  readonly entry: PackEntry;
  /** The most bytes that will come, where that is known: a file that grows is cut at its size. */
  readonly maxSize: number | undefined;
  readonly blocks: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** Opens an entry, or gives what was read of it ahead; undefined for one that is to be left out. */
export type EntryOpener = () => Promise<OpenEntry | undefined>;

/** What reading an entry takes. */
export interface ReadContext {
  readonly config: PackConfig;
  readonly pool: BlockPool;
}

/** Files up to this size are read as a whole, several at once. */
const wholeFileSize = 128 * 1024;

/** Reads a small file of the disk ahead; everything else waits for its turn to be opened. */
export async function prepareEntry(entry: PackEntry, context: ReadContext): Promise<EntryOpener> {
  context.config.signal.throwIfAborted();
  const later: EntryOpener = () => openEntry(entry, context);
  if (entry.kind !== 'file' || !isDiskContent(entry.content)) return later;
  if (entry.content.size > wholeFileSize) return later;
  const found = await openDiskFile(entry.path, entry.content, context.config);
  if (found === undefined) return () => Promise.resolve(undefined);
  if (found.size > wholeFileSize) {
    await found.file.close();
    return later;
  }
  const open = wholeEntry(entry, await readWhole(found));
  return () => Promise.resolve(open);
}

/** Opens an entry whose turn has come. */
export async function openEntry(
  entry: PackEntry,
  { config, pool }: ReadContext,
): Promise<OpenEntry | undefined> {
  if (entry.kind === 'folder') return wholeEntry(entry, Buffer.alloc(0));
  if (entry.kind === 'link') return wholeEntry(entry, encodePath(entry.target));
  const { content } = entry;
  if (isDiskContent(content)) {
    const found = await openDiskFile(entry.path, content, config);
    if (found === undefined) return undefined;
    return { entry, maxSize: found.size, blocks: readBlockwise(found, () => pool.take()) };
  }
  if (content instanceof Uint8Array || typeof content === 'string') {
    const data = toBytes(content);
    return { entry, maxSize: data.length, blocks: sliceBlocks(data) };
  }
  return { entry, maxSize: undefined, blocks: readGiven(content, config.signal, pool) };
}

function isDiskContent(content: PackFile['content']): content is DiskContent {
  return typeof content === 'object' && 'inode' in content;
}

function wholeEntry(entry: PackEntry, data: Buffer): OpenEntry {
  return { entry, maxSize: data.length, blocks: [data] };
}

async function* readGiven(
  content: Readable | (() => GivenContent | Promise<GivenContent>),
  signal: AbortSignal,
  pool: BlockPool,
): AsyncGenerator<Buffer, void, undefined> {
  const given = typeof content === 'function' ? await content() : content;
  if (given instanceof Readable) yield* cutBlocks(addAbortSignal(signal, given), pool);
  else yield* sliceBlocks(toBytes(given));
}

function* sliceBlocks(data: Buffer): Generator<Buffer, void, undefined> {
  let at = 0;
  do yield data.subarray(at, at + blockSize);
  while ((at += blockSize) < data.length);
}

/**
 * Cuts a stream into whole blocks, wherever its chunks end: an archive packed again must have the
 * same bytes, since GitLab refuses a second upload that differs from the first.
 */
export async function* cutBlocks(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  pool: BlockPool,
): AsyncGenerator<Buffer, void, undefined> {
  let block: Buffer | undefined;
  let filled = 0;
  for await (const chunk of chunks) {
    for (let rest = toBytes(chunk); rest.length > 0;) {
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
  // Many streams are small: a block for each would be a megabyte for a few bytes.
  yield Buffer.from(block?.subarray(0, filled) ?? '');
  if (block !== undefined) pool.giveBack(block);
}

function toBytes(chunk: Uint8Array | string): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
