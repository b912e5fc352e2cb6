import type { Readable } from 'node:stream';
import { ArchiveError } from '../archive-error.ts';
import { quotePath } from '../path-name.ts';
import { in64, method } from '../zip-format.ts';
import { toByteStream } from '../byte-stream.ts';
import { joinChunks, withRoom } from './chunk-joiner.ts';
import {
  resolvePackOptions,
  type PackConfig,
  type PackEntries,
  type PackOptions,
} from './pack-entry.ts';
import { packBlocks, type PackedBlock } from './packed-blocks.ts';
import {
  centralHeader,
  dataDescriptor,
  endOfArchive,
  localHeader,
  type ZipData,
  type ZipHeader,
} from './zip-records.ts';

/** Chunks of this size or more leave the packer. */
export const chunkSize = 256 * 1024;

/**
 * Packs entries into a zip archive while it is read; memory does not grow with what is packed.
 * The same entries give the same bytes, so that an upload can be repeated.
 * @throws {@link ArchiveError} while being read: `FILE_UNREADABLE`, `NAME_DUPLICATE`
 */
export function packZip(entries: PackEntries, options: PackOptions = {}): Readable {
  return toByteStream(
    (signal) => joinChunks(zipPieces(entries, resolvePackOptions(options, signal)), chunkSize),
    options.signal,
  );
}

/** The archive's pieces as they come, large and small. */
export async function* zipPieces(
  entries: PackEntries,
  config: PackConfig,
): AsyncGenerator<Buffer, void, undefined> {
  const directory = new Directory();
  const seen = new Set<string>();
  let offset = 0;
  let current: OpenRecord | undefined;
  for await (const block of packBlocks(entries, config)) {
    const pieces: Buffer[] = [];
    if (block.isFirst) {
      checkUnique(block.entry.path, seen);
      current = openRecord(block, offset);
      pieces.push(localHeader(current.header, current.method, current.known));
    }
    if (current === undefined) continue;
    const data = block.plain ?? block.packed;
    pieces.push(data);
    current.size += block.size;
    current.packedSize += data.length;
    if (block.isLast) pieces.push(...closeRecord(current, block.crc, directory));
    for (const piece of pieces) {
      offset += piece.length;
      yield piece;
    }
  }
  yield* directory.pieces;
  yield endOfArchive(directory.count, offset, directory.size);
}

/** Two entries of one name would be read differently by every reader, and refused by this one. */
function checkUnique(path: string, seen: Set<string>): void {
  if (seen.has(path)) {
    throw new ArchiveError('NAME_DUPLICATE', `Two files were given for ${quotePath(path)}.`);
  }
  seen.add(path);
}

/** An entry that is being written. */
interface OpenRecord {
  readonly header: ZipHeader;
  readonly method: number;
  /** What the header can say at once, where the entry is a single block. */
  readonly known: ZipData | undefined;
  size: number;
  packedSize: number;
}

/** Stored blocks and the ends of blocks add to a file that cannot be compressed. */
const zip64From = in64 - in64 / 1024;

function openRecord(block: PackedBlock, offset: number): OpenRecord {
  const { entry, size, packed, plain, crc, maxSize } = block;
  const running = { size: 0, packedSize: 0 };
  if (!block.isLast) {
    const isZip64 = maxSize === undefined || maxSize >= zip64From;
    const header = { entry, offset, hasDescriptor: true, isZip64 };
    return { header, method: method.deflated, known: undefined, ...running };
  }
  const chosen = plain === undefined ? method.deflated : method.stored;
  const known = { method: chosen, crc, size, packedSize: (plain ?? packed).length };
  const header = { entry, offset, hasDescriptor: false, isZip64: false };
  return { header, method: chosen, known, ...running };
}

function closeRecord(record: OpenRecord, crc: number, directory: Directory): Buffer[] {
  const { header, size, packedSize } = record;
  const data = { method: record.method, crc, size, packedSize };
  directory.add(centralHeader(header, data));
  return header.hasDescriptor ? [dataDescriptor(header, data)] : [];
}

/** The directory grows until the archive's end; it is kept as bytes, not as an object an entry. */
class Directory {
  readonly #whole: Buffer[] = [];
  #last: Buffer | undefined;
  #filled = 0;
  count = 0;
  size = 0;

  get pieces(): readonly Buffer[] {
    if (this.#last === undefined) return this.#whole;
    return [...this.#whole, this.#last.subarray(0, this.#filled)];
  }

  add(header: Buffer): void {
    if (this.#last !== undefined && this.#filled + header.length > chunkSize) {
      this.#whole.push(this.#last.subarray(0, this.#filled));
      [this.#last, this.#filled] = [undefined, 0];
    }
    this.#last = withRoom(this.#last, this.#filled + header.length, chunkSize);
    this.#filled += header.copy(this.#last, this.#filled);
    this.count++;
    this.size += header.length;
  }
}
