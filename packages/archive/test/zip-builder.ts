import { crc32, deflateRawSync } from 'node:zlib';

/** One entry, of which every field may lie. */
export interface ZipPart {
  readonly name: string | Buffer;
  readonly data?: Buffer | string;
  /** The bytes as they lie in the archive, where they are not `data` deflated. */
  readonly packed?: Buffer;
  readonly method?: number;
  readonly flags?: number;
  /** Unix mode with its type; undefined for an archive of MS-DOS. */
  readonly mode?: number;
  readonly crc?: number;
  readonly size?: number;
  readonly packedSize?: number;
  readonly extra?: Buffer;
  readonly localName?: string | Buffer;
  readonly localMethod?: number;
  /** Where the directory says that the entry lies. */
  readonly offset?: number;
}

/** What may be wrong about an archive as a whole. */
export interface ZipLies {
  readonly before?: Buffer;
  readonly count?: number;
  readonly directorySize?: number;
  readonly directoryOffset?: number;
  readonly comment?: Buffer;
  readonly disk?: number;
}

export const regular = 0o100644;
export const link = 0o120777;
export const folder = 0o040755;

/** Builds an archive byte by byte, as honest as its parts. */
export function buildZip(parts: readonly ZipPart[], lies: ZipLies = {}): Buffer {
  const locals: Buffer[] = [lies.before ?? Buffer.alloc(0)];
  const central: Buffer[] = [];
  let offset = locals[0]?.length ?? 0;
  for (const part of parts) {
    const local = buildLocal(part);
    central.push(buildCentral(part, part.offset ?? offset));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(lies.disk ?? 0, 4);
  end.writeUInt16LE(lies.count ?? parts.length, 8);
  end.writeUInt16LE(lies.count ?? parts.length, 10);
  end.writeUInt32LE(lies.directorySize ?? directory.length, 12);
  end.writeUInt32LE(lies.directoryOffset ?? offset, 16);
  end.writeUInt16LE(lies.comment?.length ?? 0, 20);
  return Buffer.concat([...locals, directory, end, lies.comment ?? Buffer.alloc(0)]);
}

interface Content {
  readonly data: Buffer;
  readonly packed: Buffer;
  readonly method: number;
}

function contentOf(part: ZipPart): Content {
  const data = Buffer.from(part.data ?? '');
  const method = part.method ?? 0;
  return { data, method, packed: part.packed ?? (method === 8 ? deflateRawSync(data) : data) };
}

function writeShared(record: Buffer, at: number, part: ZipPart, method: number): void {
  const { data, packed } = contentOf(part);
  record.writeUInt16LE(part.flags ?? 0, at);
  record.writeUInt16LE(method, at + 2);
  record.writeUInt16LE((1 << 5) | 1, at + 6);
  record.writeUInt32LE(part.crc ?? crc32(data), at + 8);
  record.writeUInt32LE(part.packedSize ?? packed.length, at + 12);
  record.writeUInt32LE(part.size ?? data.length, at + 16);
}

function buildLocal(part: ZipPart): Buffer {
  const { packed, method } = contentOf(part);
  const name = Buffer.from(part.localName ?? part.name);
  const record = Buffer.alloc(30);
  record.writeUInt32LE(0x04034b50, 0);
  record.writeUInt16LE(20, 4);
  writeShared(record, 6, part, part.localMethod ?? method);
  record.writeUInt16LE(name.length, 26);
  return Buffer.concat([record, name, packed]);
}

function buildCentral(part: ZipPart, offset: number): Buffer {
  const { method } = contentOf(part);
  const name = Buffer.from(part.name);
  const extra = part.extra ?? Buffer.alloc(0);
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(part.mode === undefined ? 20 : 0x0314, 4);
  record.writeUInt16LE(20, 6);
  writeShared(record, 8, part, method);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(((part.mode ?? 0) << 16) >>> 0, 38);
  record.writeUInt32LE(offset, 42);
  return Buffer.concat([record, name, extra]);
}

/** An extra field. */
export function extraField(tag: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(tag, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}
