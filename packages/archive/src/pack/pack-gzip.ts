import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { ArchiveError } from '../archive-error.ts';
import { encodePath, quotePath } from '../path-name.ts';
import { toByteStream } from '../byte-stream.ts';
import { joinChunks } from './chunk-joiner.ts';
import {
  resolvePackOptions,
  type PackConfig,
  type PackEntries,
  type PackEntry,
  type PackOptions,
} from './pack-entry.ts';
import { chunkSize } from './pack-zip.ts';
import { packBlocks } from './packed-blocks.ts';

/**
 * Packs files as gitlab-runner does for reports: each file is a gzip member of its own with its
 * name in the header, and the members follow each other. Folders are passed over.
 */
export function packGzip(entries: PackEntries, options: PackOptions = {}): Readable {
  return toByteStream(
    (signal) => joinChunks(gzipPieces(entries, resolvePackOptions(options, signal)), chunkSize),
    options.signal,
  );
}

/** The members' pieces as they come, large and small. */
export async function* gzipPieces(
  entries: PackEntries,
  config: PackConfig,
): AsyncGenerator<Buffer, void, undefined> {
  let size = 0;
  for await (const block of packBlocks(onlyFiles(entries), config)) {
    if (block.isFirst) {
      size = 0;
      yield memberHeader(block.entry);
    }
    size += block.size;
    yield block.packed;
    if (block.isLast) yield memberTrailer(block.crc, size);
  }
}

/** Keeps a list a list, for a list is read ahead. */
function onlyFiles(entries: PackEntries): PackEntries {
  return Symbol.iterator in entries ? filterFiles(entries) : filterFilesAsync(entries);
}

function* filterFiles(entries: Iterable<PackEntry>): Generator<PackEntry, void, undefined> {
  for (const entry of entries) if (isFile(entry)) yield entry;
}

async function* filterFilesAsync(
  entries: AsyncIterable<PackEntry>,
): AsyncGenerator<PackEntry, void, undefined> {
  for await (const entry of entries) if (isFile(entry)) yield entry;
}

function isFile({ kind, path }: PackEntry): boolean {
  if (kind === 'link') {
    throw new ArchiveError('NOT_A_REGULAR_FILE', `The ${quotePath(path)} is not a regular file.`);
  }
  return kind === 'file';
}

const hasName = 0x08;
const hasComment = 0x10;
const unknownSystem = 255;

function memberHeader({ path, modifiedAt }: PackEntry): Buffer {
  const fixed = Buffer.from([0x1f, 0x8b, 8, hasName | hasComment, 0, 0, 0, 0, 0, unknownSystem]);
  const seconds = Math.floor((modifiedAt?.getTime() ?? 0) / 1000);
  fixed.writeUInt32LE(seconds > 0 && seconds <= 0xffffffff ? seconds : 0, 4);
  const [name, comment] = [posix.basename(path), path].map(toHeaderText);
  return Buffer.concat([fixed, Buffer.from(`${name}\0${comment}\0`, 'latin1')]);
}

/** gzip's header is Latin-1: a name that is not plain ASCII is marked and percent-encoded. */
function toHeaderText(text: string): string {
  const bytes = encodePath(text);
  if (bytes.every((byte) => byte < 0x80 && byte !== 0x25)) return text;
  return `e:${Array.from(bytes, escapeByte).join('')}`;
}

/** Escapes what Go's `url.PathEscape` escapes. */
function escapeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9\-_.~$&+:=@]/.test(character)) return character;
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function memberTrailer(crc: number, size: number): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  return trailer;
}
