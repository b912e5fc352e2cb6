import { isUtf8 } from 'node:buffer';
import {
  extraTag,
  fileType,
  flag,
  in32,
  in64,
  madeBy,
  recordLength,
  signature,
} from '../zip-format.ts';
import { encodePath } from '../path-name.ts';
import type { PackEntry } from './pack-entry.ts';

/** What an entry's headers say of its data. */
export interface ZipData {
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly packedSize: number;
}

/** An entry's place and form in the archive, the same in both its headers. */
export interface ZipHeader {
  readonly entry: PackEntry;
  readonly offset: number;
  /** Sizes and checksum come after the data. */
  readonly hasDescriptor: boolean;
  /** The descriptor's sizes have 64 bits: the header has to say so before they are known. */
  readonly isZip64: boolean;
}

const version20 = 20;
const version45 = 45;

/** Writes the header before an entry's data; `data` is left out where it follows the entry. */
export function localHeader(header: ZipHeader, method: number, data?: ZipData): Buffer {
  const name = encodeName(header.entry);
  const zip64 = header.isZip64 ? extraField(extraTag.zip64, Buffer.alloc(16)) : Buffer.alloc(0);
  const time = timestampField(header.entry);
  const fixed = Buffer.alloc(recordLength.localHeader);
  fixed.writeUInt32LE(signature.localHeader, 0);
  fixed.writeUInt16LE(header.isZip64 ? version45 : version20, 4);
  writeCommon(fixed, 6, header, method);
  fixed.writeUInt32LE(data?.crc ?? 0, 14);
  fixed.writeUInt32LE(header.isZip64 ? in64 : (data?.packedSize ?? 0), 18);
  fixed.writeUInt32LE(header.isZip64 ? in64 : (data?.size ?? 0), 22);
  fixed.writeUInt16LE(name.length, 26);
  fixed.writeUInt16LE(zip64.length + time.length, 28);
  return Buffer.concat([fixed, name, zip64, time]);
}

/** Writes the record that follows data whose size was not known before. */
export function dataDescriptor({ isZip64 }: ZipHeader, data: ZipData): Buffer {
  const record = Buffer.alloc(isZip64 ? 24 : 16);
  record.writeUInt32LE(signature.dataDescriptor, 0);
  record.writeUInt32LE(data.crc, 4);
  if (isZip64) {
    record.writeBigUInt64LE(BigInt(data.packedSize), 8);
    record.writeBigUInt64LE(BigInt(data.size), 16);
  } else {
    record.writeUInt32LE(data.packedSize, 8);
    record.writeUInt32LE(data.size, 12);
  }
  return record;
}

/** Writes an entry's line in the directory at the archive's end. */
export function centralHeader(header: ZipHeader, data: ZipData): Buffer {
  const { entry, offset } = header;
  const name = encodeName(entry);
  const large = [data.size, data.packedSize, offset].filter((value) => value >= in64);
  const zip64 = large.length > 0 ? extraField(extraTag.zip64, uint64s(large)) : Buffer.alloc(0);
  const time = timestampField(entry);
  const needsZip64 = header.isZip64 || large.length > 0;
  const fixed = Buffer.alloc(recordLength.centralHeader);
  fixed.writeUInt32LE(signature.centralHeader, 0);
  fixed.writeUInt16LE((madeBy.unix << 8) | (needsZip64 ? version45 : version20), 4);
  fixed.writeUInt16LE(needsZip64 ? version45 : version20, 6);
  writeCommon(fixed, 8, header, data.method);
  fixed.writeUInt32LE(data.crc, 16);
  fixed.writeUInt32LE(Math.min(data.packedSize, in64), 20);
  fixed.writeUInt32LE(Math.min(data.size, in64), 24);
  fixed.writeUInt16LE(name.length, 28);
  fixed.writeUInt16LE(zip64.length + time.length, 30);
  fixed.writeUInt32LE(externalAttributes(entry), 38);
  fixed.writeUInt32LE(Math.min(offset, in64), 42);
  return Buffer.concat([fixed, name, zip64, time]);
}

/** Writes the archive's end: where the directory lies and how many entries it has. */
export function endOfArchive(
  count: number,
  directoryOffset: number,
  directorySize: number,
): Buffer {
  const end = Buffer.alloc(recordLength.end);
  end.writeUInt32LE(signature.end, 0);
  end.writeUInt16LE(Math.min(count, in32), 8);
  end.writeUInt16LE(Math.min(count, in32), 10);
  end.writeUInt32LE(Math.min(directorySize, in64), 12);
  end.writeUInt32LE(Math.min(directoryOffset, in64), 16);
  const fits = count < in32 && directorySize < in64 && directoryOffset < in64;
  return fits ? end : Buffer.concat([zip64End(count, directoryOffset, directorySize), end]);
}

function zip64End(count: number, directoryOffset: number, directorySize: number): Buffer {
  const record = Buffer.alloc(recordLength.zip64End);
  record.writeUInt32LE(signature.zip64End, 0);
  record.writeBigUInt64LE(BigInt(recordLength.zip64End - 12), 4);
  record.writeUInt16LE((madeBy.unix << 8) | version45, 12);
  record.writeUInt16LE(version45, 14);
  uint64s([count, count, directorySize, directoryOffset]).copy(record, 24);
  const locator = Buffer.alloc(recordLength.zip64Locator);
  locator.writeUInt32LE(signature.zip64Locator, 0);
  locator.writeBigUInt64LE(BigInt(directoryOffset + directorySize), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}

/** The four fields that both headers have in the same order: flags, method, time, date. */
function writeCommon(record: Buffer, at: number, header: ZipHeader, method: number): void {
  const name = encodeName(header.entry);
  const isAscii = name.every((byte) => byte < 0x80);
  // A name that is not UTF-8 goes in byte for byte, unmarked, as gitlab-runner writes it.
  const utf8 = !isAscii && isUtf8(name) ? flag.isUtf8 : 0;
  record.writeUInt16LE((header.hasDescriptor ? flag.hasDescriptor : 0) | utf8, at);
  record.writeUInt16LE(method, at + 2);
  const { time, date } = toDosTime(header.entry.modifiedAt);
  record.writeUInt16LE(time, at + 4);
  record.writeUInt16LE(date, at + 6);
}

function encodeName(entry: PackEntry): Buffer {
  return encodePath(entry.kind === 'folder' ? `${entry.path}/` : entry.path);
}

function externalAttributes(entry: PackEntry): number {
  const permissions = entry.kind === 'link' ? 0o777 : (entry.mode ?? 0o644);
  const dosFolder = entry.kind === 'folder' ? 0x10 : 0;
  return (((fileType[entry.kind] | permissions) << 16) | dosFolder) >>> 0;
}

/** The oldest time that a zip archive can hold; what has no time of its own gets it. */
const dosEpoch = new Date(Date.UTC(1980, 0, 1));

/** MS-DOS's time has no zone; the timestamp field beside it is what readers go by. */
function toDosTime(modifiedAt = dosEpoch): { readonly time: number; readonly date: number } {
  const at = new Date(Math.max(modifiedAt.getTime(), dosEpoch.getTime()));
  const years = Math.min(at.getUTCFullYear() - 1980, 127);
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: (years << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  };
}

function timestampField({ modifiedAt = dosEpoch }: PackEntry): Buffer {
  const data = Buffer.alloc(5);
  data.writeUInt8(1, 0);
  const seconds = Math.floor(modifiedAt.getTime() / 1000);
  data.writeInt32LE(Math.max(-0x80000000, Math.min(seconds, 0x7fffffff)), 1);
  return extraField(extraTag.timestamp, data);
}

function extraField(tag: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(tag, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}

function uint64s(values: readonly number[]): Buffer {
  const data = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) data.writeBigUInt64LE(BigInt(value), index * 8);
  return data;
}
