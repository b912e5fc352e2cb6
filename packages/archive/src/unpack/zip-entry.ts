import { ArchiveError } from '../archive-error.ts';
import { quotePath } from '../path-name.ts';
import {
  extraTag,
  fileType,
  flag,
  in64,
  madeBy,
  method,
  recordLength,
  signature,
} from '../zip-format.ts';
import { parseEntryPath } from './entry-path.ts';
import { brokenDirectory, readUInt64 } from './read-at.ts';

/** An entry of an archive, as its directory describes it. */
export interface ZipEntry {
  readonly kind: 'file' | 'link' | 'folder';
  /** Relative, with forward slashes, without `.` or `..`; unique in its archive. */
  readonly path: string;
  /** Permissions alone: an archive cannot make anything set-user-ID. */
  readonly mode: number;
  readonly modifiedAt: Date;
  readonly size: number;
  readonly packedSize: number;
}

/** A {@link ZipEntry} with what its data is found and checked by. */
export interface StoredEntry extends ZipEntry {
  readonly name: Buffer;
  readonly method: number;
  readonly crc: number;
  /** Where the local header begins. */
  readonly offset: number;
}

/** A record of the directory and where the next begins. */
export interface ParsedRecord {
  readonly entry: StoredEntry;
  readonly end: number;
}

const longestLink = 4095;

/**
 * Parses one record of the directory.
 * @throws {@link ArchiveError} for a record that is broken or describes something unsafe.
 */
export function parseRecord(directory: Buffer, at: number): ParsedRecord {
  const record = directory.subarray(at);
  const isRecord =
    record.length >= recordLength.centralHeader &&
    record.readUInt32LE(0) === signature.centralHeader;
  if (!isRecord) throw brokenDirectory('its directory has no entry where one should be');
  const nameEnd = recordLength.centralHeader + record.readUInt16LE(28);
  const extraEnd = nameEnd + record.readUInt16LE(30);
  const end = extraEnd + record.readUInt16LE(32);
  if (end > record.length) throw brokenDirectory('its directory ends within an entry');
  const name = record.subarray(recordLength.centralHeader, nameEnd);
  const extra = parseExtraFields(record.subarray(nameEnd, extraEnd));
  const path = parseEntryPath(name);
  const entry: StoredEntry = {
    ...parseType(record, name, path),
    ...parsePlace(record, extra),
    path,
    name,
    modifiedAt: parseTime(record, extra),
    method: record.readUInt16LE(10),
    crc: record.readUInt32LE(16),
  };
  checkRecord(entry, record.readUInt16LE(8), extra);
  return { entry, end: at + end };
}

function parseExtraFields(data: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= data.length;) {
    const end = at + 4 + data.readUInt16LE(at + 2);
    // Some writers pad with bytes that are no field; what cannot be read is not needed.
    if (end > data.length) break;
    fields.set(data.readUInt16LE(at), data.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function parseType(record: Buffer, name: Buffer, path: string): Pick<ZipEntry, 'kind' | 'mode'> {
  const system = record.readUInt8(5);
  const hasMode = system === madeBy.unix || system === madeBy.darwin;
  const mode = hasMode ? record.readUInt16LE(40) : 0;
  const isFolderName = name.at(-1) === 0x2f || path === '';
  const type = mode & fileType.mask;
  const permissions = mode & 0o777;
  if (type === fileType.folder || (isFolderName && (type === 0 || type === fileType.file))) {
    return { kind: 'folder', mode: type === 0 ? 0o755 : permissions };
  }
  if (isFolderName)
    throw brokenDirectory(`${quotePath(path)} has the name of a folder but is none`);
  if (type === fileType.link) return { kind: 'link', mode: permissions };
  if (type === 0 || type === fileType.file) {
    return { kind: 'file', mode: mode === 0 ? 0o644 : permissions };
  }
  throw new ArchiveError(
    'SPECIAL_FILE',
    `The archive has a device, pipe or socket ${quotePath(path)}; only files, links and folders are allowed.`,
  );
}

type Place = Pick<StoredEntry, 'size' | 'packedSize' | 'offset'>;

/** The zip64 field holds, in this order, the numbers that do not fit into the record. */
function parsePlace(record: Buffer, extra: ReadonlyMap<number, Buffer>): Place {
  const zip64 = extra.get(extraTag.zip64) ?? Buffer.alloc(0);
  let used = 0;
  const read = (at: number): number => {
    const value = record.readUInt32LE(at);
    if (value !== in64) return value;
    if (used + 8 > zip64.length) throw brokenDirectory('a size or an offset is missing');
    used += 8;
    return readUInt64(zip64, used - 8);
  };
  const size = read(24);
  const packedSize = read(20);
  const offset = read(42);
  return { size, packedSize, offset };
}

function parseTime(record: Buffer, extra: ReadonlyMap<number, Buffer>): Date {
  const field = extra.get(extraTag.timestamp);
  if (field !== undefined && field.length >= 5 && (field.readUInt8(0) & 1) === 1) {
    return new Date(field.readInt32LE(1) * 1000);
  }
  const time = record.readUInt16LE(12);
  const date = record.readUInt16LE(14);
  const day = Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31);
  const seconds = (time >> 11) * 3600 + ((time >> 5) & 63) * 60 + (time & 31) * 2;
  return new Date(day + seconds * 1000);
}

const supportedMethods: ReadonlySet<number> = new Set(Object.values(method));

function checkRecord(entry: StoredEntry, flags: number, extra: ReadonlyMap<number, Buffer>): void {
  const { kind, path, size, packedSize } = entry;
  const refuse = (code: 'ENTRY_ENCRYPTED' | 'METHOD_UNSUPPORTED' | 'HARD_LINK', reason: string) =>
    new ArchiveError(code, `The archive's entry ${quotePath(path)} ${reason}.`);
  if ((flags & (flag.encrypted | flag.stronglyEncrypted | flag.directoryEncrypted)) !== 0) {
    throw refuse('ENTRY_ENCRYPTED', 'is encrypted');
  }
  if (!supportedMethods.has(entry.method)) {
    throw refuse(
      'METHOD_UNSUPPORTED',
      `is compressed in a way that is not supported (${entry.method})`,
    );
  }
  // PKWARE's field ends with the name that a link points to; a plain file has none.
  const linkName = (extra.get(extraTag.pkwareUnix)?.length ?? 0) > 12;
  if (kind === 'file' && linkName) throw refuse('HARD_LINK', 'is a hard link');
  if (kind === 'folder' && size > 0)
    throw brokenDirectory(`the folder ${quotePath(path)} has content`);
  if (kind === 'link' && (size === 0 || size > longestLink)) {
    throw brokenDirectory(`the link ${quotePath(path)} has an impossible target`);
  }
  if (entry.method === method.stored && size !== packedSize) {
    throw brokenDirectory(`the sizes of ${quotePath(path)} do not fit together`);
  }
}
