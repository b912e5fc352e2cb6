import { appendFileSync, closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { appendFile, mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

import type { BytesInParts } from '@fellrunner/core';

import type { SpoolPlace } from '../pool/worker-message.ts';
import { commonLength } from './common-length.ts';
import { isLarge, readInParts } from './large-piece.ts';
import { lostLine, readLead, writeLead } from './lost-bytes.ts';
import { PendingOutput } from './pending-output.ts';

/** Output up to this size in all stays out of the file system; the store keeps it. */
const HEAD_LIMIT_BYTES = 16 * 1024;
const READ_BYTES = 512 * 1024;

/**
 * A job's trace as GitLab will get it: a head that the store keeps, and a file behind it. A job
 * with little output has no file. Workers append while a call runs; in between this side does.
 */
export class Spool implements AsyncDisposable {
  readonly #place: () => string;
  #head: Buffer;
  #size: number;
  #cursor: number;
  #handle: FileHandle | undefined;
  #pending: PendingOutput | undefined;
  /** How much of the head the store has. */
  #keptHead: number;
  /** How much of the file the disk has, also after a power cut. */
  #synced = 0;
  #lead: number;
  /** How much of the file was lost, where an earlier runner left more. */
  readonly lostBytes: number;
  /** Whether an earlier runner began it. */
  readonly isTakenUp: boolean;
  #crc = 0;
  #crcUpTo = 0;

  private constructor(
    place: () => string,
    left: {
      readonly head: Uint8Array;
      readonly size: number;
      readonly cursor: number;
      readonly lostBytes: number;
      readonly lead: number;
      readonly isTakenUp: boolean;
    },
  ) {
    this.#place = place;
    this.#head = Buffer.from(left.head);
    this.#size = left.size;
    this.#cursor = Math.min(left.cursor, left.size);
    this.lostBytes = left.lostBytes;
    this.#lead = left.lead;
    this.isTakenUp = left.isTakenUp;
    this.#keptHead = left.head.length;
  }

  /** The file's place may not be known before the job's first commit; it is asked for when needed. */
  static create(place: () => string): Spool {
    return new Spool(place, {
      head: Buffer.alloc(0),
      size: 0,
      cursor: 0,
      lostBytes: 0,
      lead: 0,
      isTakenUp: false,
    });
  }

  /**
   * Takes up what an earlier runner left. Behind `cursor` lies what was printed by work that will
   * be begun again: it is passed over where it comes again. What the file has lost is filled with
   * a line that says so, since places in the trace are counted from its beginning; where GitLab
   * has those bytes already, they stay as they were.
   */
  static async reopen(left: {
    readonly file: string;
    readonly head: Uint8Array | undefined;
    readonly cursor: number;
    /** How long the trace was at least, by the job's events. */
    readonly knownSize: number;
  }): Promise<Spool> {
    const { cursor, file, head = Buffer.alloc(0), knownSize } = left;
    const found = head.length + (await fileSize(file));
    const lostBytes = Math.max(0, knownSize - found);
    if (lostBytes > 0) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, lostLine(lostBytes), { mode: 0o600 });
    }
    const [size, lead] = [found + lostBytes, readLead(file)];
    return new Spool(() => file, { head, size, cursor, lostBytes, lead, isTakenUp: true });
  }

  get file(): string {
    return this.#place();
  }

  get size(): number {
    return this.#size;
  }

  /** Where the next output belongs: at the end, but for what is being passed over. */
  get cursor(): number {
    return this.#cursor;
  }

  /** What an earlier runner's successor will find: as much of it may go to GitLab. */
  get durableSize(): number {
    return this.#size > this.#head.length ? this.#size : Math.min(this.#size, this.#keptHead);
  }

  /** The head, where the store lacks a part of it: it goes with the next event, whichever that is. */
  get unkeptHead(): Uint8Array | undefined {
    return this.#head.length > this.#keptHead ? this.#head : undefined;
  }

  /** The store has this much of the head. */
  keptHead(bytes: number): void {
    this.#keptHead = bytes;
  }

  /** How much GitLab has that is not here: its places lie so far behind ours. */
  get lead(): number {
    return this.#lead;
  }

  set lead(bytes: number) {
    this.#lead = bytes;
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    writeLead(this.file, bytes);
  }

  /** Where a call's output goes; what it shares with the engine is taken over by {@link take}. */
  place(isShared: boolean): SpoolPlace {
    if (isShared) this.#pending ??= new PendingOutput();
    return {
      file: this.file,
      headBytes: this.#head.length,
      size: this.#size,
      stepOffset: this.#cursor,
      pending: isShared ? this.#pending?.memory : undefined,
    };
  }

  /** A worker says that the file has grown. */
  grewTo(size: number): void {
    this.#size = Math.max(this.#size, size);
  }

  /**
   * Takes over what a call has left, however it ended: the file says how far it came, and what
   * had not got there follows.
   */
  async take(): Promise<void> {
    const pending = this.#pending;
    if (pending === undefined || pending.hasWritten) {
      this.#size = this.#head.length + (await fileSize(this.file));
    }
    this.#cursor = pending?.cursor || this.#size;
    if (pending === undefined) return;
    const bytes = Buffer.from(pending.bytes);
    pending.clear();
    pending.hasWritten = false;
    pending.cursor = 0;
    if (bytes.length > 0) this.#append(bytes);
  }

  /** Nothing that lies behind will come again. */
  skipToEnd(): void {
    this.#cursor = this.#size;
  }

  /** The call was given up, and its code may go on: what it shares with us is no longer ours. */
  revoke(): void {
    this.#pending?.revoke();
    this.#pending = undefined;
  }

  /** Adds a line of the runner's own. */
  append(text: string): void {
    const rest = this.#passOver(Buffer.from(text));
    if (rest.length > 0) this.#append(rest);
  }

  /** What an earlier runner had added already stays as it is. */
  #passOver(bytes: Buffer): Buffer {
    const left = this.#size - this.#cursor;
    if (left === 0) return bytes;
    const before = this.#readNow(this.#cursor, Math.min(left, bytes.length));
    const same = commonLength(before, bytes, true);
    this.#cursor = same === before.length ? this.#cursor + same : this.#size;
    return bytes.subarray(same);
  }

  #append(bytes: Buffer): void {
    const size = this.#size + bytes.length;
    const hasFile = this.#size > this.#head.length;
    if (!hasFile && size <= HEAD_LIMIT_BYTES) {
      this.#head = Buffer.concat([this.#head, bytes]);
      this.#size = this.#cursor = size;
      return;
    }
    try {
      mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
      appendFileSync(this.file, bytes, { mode: 0o600 });
    } finally {
      // On a full disk a part of it may have been written.
      this.#size = this.#cursor = this.#head.length + fileSizeNow(this.file);
    }
  }

  /**
   * Up to `length` bytes from `offset` on; fewer only at the end. A large piece is read while it
   * is sent. What is read for the first time counts for the checksum.
   */
  async piece(offset: number, length: number): Promise<Uint8Array | BytesInParts> {
    const bytes = Math.max(0, Math.min(length, this.#size - offset));
    const readInto = (buffer: Buffer, from: number) => this.#readInto(buffer, from);
    if (isLarge(bytes)) return readInParts({ offset, length: bytes, readInto });
    return this.#readInto(Buffer.allocUnsafe(bytes), offset);
  }

  /** Brings the file up to there to the disk: GitLab is never to have more than this machine. */
  async sync(end: number): Promise<void> {
    if (end <= Math.max(this.#head.length, this.#synced)) return;
    const size = this.#size;
    this.#handle ??= await open(this.file, 'r');
    await this.#handle.datasync();
    this.#synced = size;
  }

  /** Counts what goes on where the checksum has come to. */
  #count(offset: number, bytes: Uint8Array): void {
    const known = this.#crcUpTo - offset;
    if (known < 0 || known >= bytes.length) return;
    this.#crc = crc32(bytes.subarray(known), this.#crc);
    this.#crcUpTo = offset + bytes.length;
  }

  /** `crc32:` and eight hexadecimal digits over the whole trace, as gitlab-runner writes it. */
  async checksum(): Promise<string> {
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, this.#size - this.#crcUpTo));
    while (this.#crcUpTo < this.#size) {
      if ((await this.#readInto(buffer, this.#crcUpTo)).length === 0) break;
    }
    return `crc32:${this.#crc.toString(16).padStart(8, '0')}`;
  }

  get endsWithNewline(): boolean {
    return this.#cursor === 0 || this.#readNow(this.#cursor - 1, 1)[0] === 0x0a;
  }

  /** No call of the job is to come or under way: what was shared with them is free for others. */
  release(): void {
    this.#pending?.release();
    this.#pending = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  #readNow(offset: number, length: number): Buffer {
    const headBytes = this.#head.length;
    if (offset < headBytes) return this.#head.subarray(offset, offset + length);
    const buffer = Buffer.alloc(length);
    const fd = openSync(this.file, 'r');
    try {
      return buffer.subarray(0, readSync(fd, buffer, 0, length, offset - headBytes));
    } finally {
      closeSync(fd);
    }
  }

  async #readInto(buffer: Buffer, offset: number): Promise<Buffer> {
    const room = buffer.subarray(0, Math.max(0, this.#size - offset));
    const fromHead = this.#head.copy(room, 0, Math.min(offset, this.#head.length));
    const bytes = room.subarray(
      0,
      fromHead + (await this.#readFile(room.subarray(fromHead), offset + fromHead)),
    );
    this.#count(offset, bytes);
    return bytes;
  }

  async #readFile(room: Buffer, offset: number): Promise<number> {
    if (room.length === 0) return 0;
    this.#handle ??= await open(this.file, 'r');
    return (await this.#handle.read(room, 0, room.length, offset - this.#head.length)).bytesRead;
  }
}

function fileSizeNow(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

async function fileSize(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
