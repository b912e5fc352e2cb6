import type { FileHandle } from 'node:fs/promises';
import { pipeline, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import {
  crc32,
  createInflateRaw,
  createZstdDecompress,
  inflateRaw,
  zstdDecompress,
} from 'node:zlib';
import { ArchiveError } from '../archive-error.ts';
import { quotePath } from '../path-name.ts';
import { method, recordLength, signature } from '../zip-format.ts';
import type { PlacedEntry } from './check-entries.ts';
import { brokenDirectory, readAt } from './read-at.ts';

const readSize = 256 * 1024;

/** Entries up to this size are unpacked in one call: most are, and a stream costs more than they. */
const wholeSize = 1024 * 1024;

/**
 * Reads an entry's bytes, unpacked. It never gives more than the directory claims, and ends with
 * an error where length or checksum differ: what was read until then is not to be used.
 * @throws {@link ArchiveError} `DATA_CORRUPT`, `ENTRIES_OVERLAP`, `DIRECTORY_BROKEN`
 */
export async function* readEntryData(
  file: FileHandle,
  entry: PlacedEntry,
): AsyncGenerator<Buffer, void, undefined> {
  const isSmall = entry.size <= wholeSize && entry.limit - entry.offset <= wholeSize;
  yield* checkData(entry, isSmall ? unpackWhole(file, entry) : unpackStream(file, entry));
}

/** Both headers of an entry have to say the same, or readers that trust the other are misled. */
function findData(header: Buffer, entry: PlacedEntry): number {
  const { offset, name } = entry;
  const nameEnd = recordLength.localHeader + name.length;
  const agrees =
    header.readUInt32LE(0) === signature.localHeader &&
    header.readUInt16LE(8) === entry.method &&
    header.readUInt16LE(26) === name.length &&
    header.subarray(recordLength.localHeader, nameEnd).equals(name);
  if (!agrees) throw brokenDirectory(`the headers of ${quotePath(entry.path)} differ`);
  const start = nameEnd + header.readUInt16LE(28);
  if (offset + start + entry.packedSize > entry.limit) {
    throw new ArchiveError(
      'ENTRIES_OVERLAP',
      `The archive's entry ${quotePath(entry.path)} overlaps with what follows it.`,
    );
  }
  return start;
}

const inflateWhole = promisify(inflateRaw);
const unzstdWhole = promisify(zstdDecompress);

async function* unpackWhole(
  file: FileHandle,
  entry: PlacedEntry,
): AsyncGenerator<Buffer, void, undefined> {
  const record = await readAt(file, entry.offset, entry.limit - entry.offset);
  const start = findData(record, entry);
  const packed = record.subarray(start, start + entry.packedSize);
  if (entry.method === method.stored) {
    yield packed;
    return;
  }
  // zlib takes no limit below 1; what is longer than claimed is an error in any case.
  const limits = { maxOutputLength: entry.size + 1, chunkSize: Math.max(64, entry.size + 1) };
  const unpack = entry.method === method.zstandard ? unzstdWhole : inflateWhole;
  yield await unpack(packed, limits);
}

async function* unpackStream(
  file: FileHandle,
  entry: PlacedEntry,
): AsyncGenerator<Buffer, void, undefined> {
  const header = await readAt(file, entry.offset, recordLength.localHeader + entry.name.length);
  const packed = readRange(file, entry.offset + findData(header, entry), entry.packedSize);
  if (entry.method === method.stored) {
    yield* packed;
    return;
  }
  const options = { chunkSize: readSize };
  const unpacker: Transform =
    entry.method === method.zstandard ? createZstdDecompress(options) : createInflateRaw(options);
  // A failure of the source destroys the unpacker too, and whoever reads it gets the error.
  yield* pipeline(packed, unpacker, () => undefined) as AsyncIterable<Buffer>;
}

async function* readRange(
  file: FileHandle,
  start: number,
  length: number,
): AsyncGenerator<Buffer, void, undefined> {
  for (let done = 0; done < length;) {
    const chunk = await readAt(file, start + done, Math.min(readSize, length - done));
    done += chunk.length;
    yield chunk;
  }
}

async function* checkData(
  entry: PlacedEntry,
  data: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  let size = 0;
  let crc = 0;
  try {
    for await (const chunk of data) {
      size += chunk.length;
      if (size > entry.size) throw corrupt(entry, 'is longer than the archive says');
      crc = crc32(chunk, crc);
      yield chunk;
    }
  } catch (error) {
    throw isZlibError(error) ? corrupt(entry, 'cannot be unpacked', error) : error;
  }
  if (size < entry.size) throw corrupt(entry, 'is shorter than the archive says');
  if (crc !== entry.crc) throw corrupt(entry, 'does not fit its checksum');
}

function corrupt({ path }: PlacedEntry, reason: string, cause?: unknown): ArchiveError {
  return new ArchiveError(
    'DATA_CORRUPT',
    `The archive's entry ${quotePath(path)} ${reason}.`,
    cause,
  );
}

function isZlibError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(Z_|ZSTD_|ERR_ZLIB|ERR_BUFFER_TOO_LARGE)/.test(code);
}
