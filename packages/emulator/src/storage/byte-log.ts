import { crc32 } from 'node:zlib';
import type { Extent, Spool } from './spool.ts';

const READ_SIZE = 256 * 1024;
const CHUNKS_BEFORE_JOINING = 64;

/**
 * Bytes that are only appended: the latest in memory as a list of chunks, what lies before them in
 * the spool. Holds a job's log as well as a request's body.
 */
export class ByteLog {
  readonly #spool: Spool;
  readonly #memoryLimit: number;
  #extents: Extent[] = [];
  #spooled = 0;
  #tail: Buffer[] = [];
  #tailSize = 0;
  #checked = 0;
  #crc = 0;

  constructor(spool: Spool, memoryLimit: number) {
    this.#spool = spool;
    this.#memoryLimit = memoryLimit;
  }

  get size(): number {
    return this.#spooled + this.#tailSize;
  }

  get memorySize(): number {
    return this.#tailSize;
  }

  append(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#tail.push(chunk);
    this.#tailSize += chunk.length;
    if (this.#tailSize > this.#memoryLimit) this.spill();
    else if (this.#tail.length > CHUNKS_BEFORE_JOINING) this.#tail = [Buffer.concat(this.#tail)];
  }

  /** Takes over another log's bytes; those in the spool are not copied. */
  appendAll(other: ByteLog): void {
    if (other.#extents.length > 0) {
      this.spill();
      for (const extent of other.#extents) this.#addExtent(extent);
    }
    for (const chunk of other.#tail) this.append(chunk);
  }

  /** Moves what is in memory to the spool. */
  spill(): void {
    if (this.#tail.length > 0) this.#addExtent(this.#spool.append(this.#tail));
    this.#tail = [];
    this.#tailSize = 0;
  }

  /**
   * Overwrites a text by one of the same length, within what is in memory: as with GitLab, a text
   * that two requests share is not found.
   */
  replace(text: string, replacement: string): void {
    const [needle, other] = [Buffer.from(text), Buffer.from(replacement)];
    const split = this.#tail.some(
      (chunk, at) => at > 0 && spans(this.#tail[at - 1], chunk, needle),
    );
    if (split) this.#tail = [Buffer.concat(this.#tail)];
    for (const chunk of this.#tail) overwrite(chunk, needle, other);
  }

  *pieces(start = 0, end = this.size): Generator<Buffer> {
    let at = 0;
    for (const extent of this.#extents) {
      yield* this.#extentPieces(extent, Math.max(0, start - at), Math.min(extent.length, end - at));
      at += extent.length;
    }
    for (const chunk of this.#tail) {
      const piece = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at));
      if (piece.length > 0) yield piece;
      at += chunk.length;
    }
  }

  bytes(): Buffer {
    const only = this.#tail[0];
    if (this.#spooled === 0 && this.#tail.length === 1 && only !== undefined) return only;
    return Buffer.concat([...this.pieces()]);
  }

  /** CRC-32 (IEEE) of all bytes; only those that came since the last call are read. */
  crc32(): number {
    for (const piece of this.pieces(this.#checked)) this.#crc = crc32(piece, this.#crc);
    this.#checked = this.size;
    return this.#crc;
  }

  clear(): void {
    this.#extents = [];
    this.#tail = [];
    this.#spooled = this.#tailSize = this.#checked = this.#crc = 0;
  }

  *#extentPieces(extent: Extent, from: number, to: number): Generator<Buffer> {
    for (let at = from; at < to; at += READ_SIZE) {
      yield this.#spool.read(extent.offset + at, Math.min(READ_SIZE, to - at));
    }
  }

  #addExtent(extent: Extent): void {
    const last = this.#extents.at(-1);
    if (last !== undefined && last.offset + last.length === extent.offset) {
      this.#extents[this.#extents.length - 1] = {
        offset: last.offset,
        length: last.length + extent.length,
      };
    } else {
      this.#extents.push(extent);
    }
    this.#spooled += extent.length;
  }
}

/** Whether a text may begin in one chunk and end in a later one. */
function spans(first: Buffer | undefined, second: Buffer, needle: Buffer): boolean {
  if (first === undefined || second.length < needle.length) return true;
  const reach = needle.length - 1;
  const seam = Buffer.concat([first.subarray(-reach), second.subarray(0, reach)]);
  return seam.includes(needle);
}

function overwrite(chunk: Buffer, needle: Buffer, replacement: Buffer): void {
  for (let at = chunk.indexOf(needle); at !== -1; at = chunk.indexOf(needle, at + needle.length)) {
    replacement.copy(chunk, at);
  }
}
