import { availableParallelism } from 'node:os';
import { crc32 } from 'node:zlib';
import { BlockPool } from './block-pool.ts';
import { deflateBlock, storeBlock, storedBlockSize, type PlainBlock } from './deflate-block.ts';
import { createDeflatePool } from './deflater.ts';
import { mapAhead } from '../map-ahead.ts';
import type { PackConfig, PackEntries, PackEntry } from './pack-entry.ts';
import { prepareEntry, type EntryOpener, type ReadContext } from './read-entry.ts';

/** A piece of an entry, compressed; the pieces of an entry joined are its deflate stream. */
export interface PackedBlock {
  readonly entry: PackEntry;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** The most bytes that the entry can have, where that is known. */
  readonly maxSize: number | undefined;
  /** The bytes of the block as it was read. */
  readonly size: number;
  /** The block itself, where it is all of its entry and packing has not made it shorter. */
  readonly plain: Buffer | undefined;
  readonly packed: Buffer;
  /** CRC-32 of the entry up to this block's end. */
  readonly crc: number;
}

type ReadBlock = PlainBlock & Omit<PackedBlock, 'size' | 'packed' | 'plain'>;

/** Small files that are opened ahead: their time is spent in system calls, not in deflate. */
const filesAhead = 16;

/** One more than the cores, so that none waits for the main thread, but not all of libuv's four. */
const blocksAtOnce = Math.min(availableParallelism() + 1, 3);

/** Those that are compressed, those that wait for a core, and the one that is being read. */
const blocksAhead = blocksAtOnce * 2 + 2;

/** Reads and compresses all entries, in their order, on all cores, within a few MiB of memory. */
export async function* packBlocks(
  entries: PackEntries,
  config: PackConfig,
): AsyncGenerator<PackedBlock, void, undefined> {
  const pool = new BlockPool();
  const storedPool = new BlockPool(storedBlockSize);
  const context: ReadContext = { config, pool };
  const ahead = Symbol.iterator in entries ? filesAhead : 1;
  const openers = mapAhead(entries, ahead, (entry) => prepareEntry(entry, context));
  using deflaters = createDeflatePool(config.level, blocksAtOnce);
  const pack = async (block: ReadBlock): Promise<Buffer> => {
    const isStored = config.level === 0 || block.entry.kind !== 'file';
    return isStored
      ? storeBlock(block, storedPool)
      : deflateBlock(block, deflaters.deflate, storedPool);
  };
  const blocks = mapAhead(readBlocks(openers, config), blocksAhead, async (block) => {
    const packed = await pack(block);
    const { data, ...rest } = block;
    const isBestPlain = rest.isFirst && rest.isLast && packed.length >= data.length;
    if (!isBestPlain) pool.giveBack(data);
    return { ...rest, size: data.length, packed, plain: isBestPlain ? data : undefined };
  });
  for await (const block of blocks) {
    yield block;
    if (!config.reusesMemory) continue;
    storedPool.giveBack(block.packed);
    if (block.plain !== undefined) pool.giveBack(block.plain);
  }
}

async function* readBlocks(
  openers: AsyncIterable<EntryOpener>,
  config: PackConfig,
): AsyncGenerator<ReadBlock, void, undefined> {
  for await (const openEntry of openers) {
    const open = await openEntry();
    if (open === undefined) continue;
    const { entry, maxSize } = open;
    let crc = 0;
    let isFirst = true;
    for await (const { value: data, isLast } of markLast(open.blocks)) {
      config.signal.throwIfAborted();
      crc = crc32(data, crc);
      yield { entry, maxSize, data, crc, isFirst, isLast };
      isFirst = false;
    }
  }
}

interface Marked<T> {
  readonly value: T;
  readonly isLast: boolean;
}

async function* markLast<T>(
  source: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<Marked<T>, void, undefined> {
  let held: { readonly value: T } | undefined;
  for await (const value of source) {
    if (held !== undefined) yield { value: held.value, isLast: false };
    held = { value };
  }
  if (held !== undefined) yield { value: held.value, isLast: true };
}
