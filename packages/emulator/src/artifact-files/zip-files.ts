import { inflateRawSync } from 'node:zlib';
import type { ArtifactFiles } from './artifact-files.ts';

const END_SIGNATURE = 0x06054b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;
const LOCAL_SIZE = 30;
/** Stands where the true number is in a record of its own, for more than 65,535 files or 4 GiB. */
const ELSEWHERE = new Set([0xffff, 0xffffffff]);

/** The files of a zip archive, folders left out. @throws where it is none, or too large to read here. */
export function zipFiles(zip: Buffer): ArtifactFiles {
  const files = new Map<string, () => Buffer>();
  const { count, start } = findDirectory(zip);
  let at = start;
  for (let n = 0; n < count; n += 1) {
    const nameEnd = at + ENTRY_SIZE + zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + ENTRY_SIZE, nameEnd);
    const entry = {
      method: zip.readUInt16LE(at + 10),
      size: here(zip.readUInt32LE(at + 20)),
      offset: here(zip.readUInt32LE(at + 42)),
    };
    if (!name.endsWith('/')) files.set(name, () => readEntry(zip, entry));
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

/** The directory is found from the archive's end, where a comment may follow it. */
function findDirectory(zip: Buffer): { readonly count: number; readonly start: number } {
  for (let at = zip.length - END_SIZE; at >= 0; at -= 1) {
    if (zip.readUInt32LE(at) !== END_SIGNATURE) continue;
    return { count: here(zip.readUInt16LE(at + 10)), start: here(zip.readUInt32LE(at + 16)) };
  }
  throw new Error('The artifact is no zip archive.');
}

function here(value: number): number {
  if (ELSEWHERE.has(value))
    throw new Error('The archive is a Zip64 one; take its bytes (`read()`).');
  return value;
}

interface Entry {
  readonly method: number;
  readonly size: number;
  readonly offset: number;
}

function readEntry(zip: Buffer, { method, size, offset }: Entry): Buffer {
  const start = offset + LOCAL_SIZE + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
  const bytes = zip.subarray(start, start + size);
  if (method === 0) return bytes;
  if (method === 8) return inflateRawSync(bytes);
  throw new Error(
    `The archive has a file packed by method ${method}; take its bytes (\`read()\`).`,
  );
}
