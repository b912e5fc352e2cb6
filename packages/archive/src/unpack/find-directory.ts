import type { FileHandle } from 'node:fs/promises';
import { ArchiveError } from '../archive-error.ts';
import { in32, in64, recordLength, signature } from '../zip-format.ts';
import { brokenDirectory, readAt, readUInt64 } from './read-at.ts';

/** Where the list of an archive's entries lies. */
export interface DirectoryPlace {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
}

const longestComment = 0xffff;

/**
 * Finds the directory from the archive's end. The directory has to reach to the very record that
 * names it: an archive with something in front or between is one that two readers read differently.
 * @throws {@link ArchiveError} `NOT_A_ZIP`, `DIRECTORY_BROKEN`
 */
export async function findDirectory(file: FileHandle, fileSize: number): Promise<DirectoryPlace> {
  const tailSize = Math.min(fileSize, recordLength.end + longestComment);
  const tail = await readAt(file, fileSize - tailSize, tailSize);
  const at = indexOfEnd(tail);
  if (at === -1) throw new ArchiveError('NOT_A_ZIP', 'The file is not a zip archive.');
  const endOffset = fileSize - tailSize + at;
  const end = tail.subarray(at);
  const claimed: Claim = {
    disks: end.readUInt16LE(4) + end.readUInt16LE(6),
    countHere: end.readUInt16LE(8),
    count: end.readUInt16LE(10),
    size: end.readUInt32LE(12),
    offset: end.readUInt32LE(16),
    endsAt: endOffset,
  };
  const isZip64 = claimed.count === in32 || claimed.size === in64 || claimed.offset === in64;
  const zip64 = isZip64 ? await readZip64End(file, endOffset) : undefined;
  return checkClaim(zip64 ?? claimed);
}

interface Claim extends DirectoryPlace {
  readonly disks: number;
  readonly countHere: number;
  readonly endsAt: number;
}

function checkClaim({ disks, countHere, count, offset, size, endsAt }: Claim): DirectoryPlace {
  if (disks !== 0 || countHere !== count) throw brokenDirectory('it is one part of several');
  if (offset + size !== endsAt) throw brokenDirectory('its directory is not where it should be');
  if (size < count * recordLength.centralHeader)
    throw brokenDirectory('its directory is too short');
  return { count, offset, size };
}

/** The record's comment reaches to the end of the file, or it is not the record. */
function indexOfEnd(tail: Buffer): number {
  for (let at = tail.length - recordLength.end; at >= 0; at--) {
    const isSignature = tail.readUInt32LE(at) === signature.end;
    if (isSignature && at + recordLength.end + tail.readUInt16LE(at + 20) === tail.length)
      return at;
  }
  return -1;
}

async function readZip64End(file: FileHandle, endOffset: number): Promise<Claim | undefined> {
  const locatorOffset = endOffset - recordLength.zip64Locator;
  if (locatorOffset < 0) return undefined;
  const locator = await readAt(file, locatorOffset, recordLength.zip64Locator);
  if (locator.readUInt32LE(0) !== signature.zip64Locator) return undefined;
  const offset = readUInt64(locator, 8);
  if (offset + recordLength.zip64End > locatorOffset) throw brokenDirectory('its end is misplaced');
  const record = await readAt(file, offset, recordLength.zip64End);
  const length = readUInt64(record, 4) + 12;
  if (record.readUInt32LE(0) !== signature.zip64End || offset + length !== locatorOffset) {
    throw brokenDirectory('its end is misplaced');
  }
  return {
    disks: locator.readUInt32LE(4) + record.readUInt32LE(16) + record.readUInt32LE(20),
    countHere: readUInt64(record, 24),
    count: readUInt64(record, 32),
    size: readUInt64(record, 40),
    offset: readUInt64(record, 48),
    endsAt: offset,
  };
}
