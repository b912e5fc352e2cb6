import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writevSync } from 'node:fs';
import type { TempFolder } from './temp-folder.ts';

/** A run of bytes in the spool. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/**
 * One append-only file for all bytes that should not stay in memory: long logs and large request
 * bodies. Writing is synchronous, so that what was appended is in order without a queue; the file
 * has no name, so the disk is given back whatever happens to the process.
 */
export class Spool {
  readonly #folder: TempFolder;
  #fd: number | undefined;
  #size = 0;

  constructor(folder: TempFolder) {
    this.#folder = folder;
  }

  append(chunks: readonly Buffer[]): Extent {
    const offset = this.#size;
    let pending = [...chunks];
    while (pending.length > 0) {
      const written = writevSync(this.#open(), pending, this.#size);
      this.#size += written;
      pending = withoutFirst(pending, written);
    }
    return { offset, length: this.#size - offset };
  }

  read(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length;) {
      const read = readSync(this.#open(), bytes, done, length - done, offset + done);
      if (read === 0) throw new Error(`The spool ends before byte ${offset + length}.`);
      done += read;
    }
    return bytes;
  }

  /** Gives the disk back; what was stored is gone. */
  clear(): void {
    if (this.#fd !== undefined) ftruncateSync(this.#fd);
    this.#size = 0;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    this.#size = 0;
  }

  #open(): number {
    if (this.#fd === undefined) {
      const path = this.#folder.newPath('spool');
      this.#fd = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
    }
    return this.#fd;
  }
}

function withoutFirst(chunks: readonly Buffer[], bytes: number): Buffer[] {
  const left: Buffer[] = [];
  let skip = bytes;
  for (const chunk of chunks) {
    if (chunk.length > skip) left.push(chunk.subarray(skip));
    skip = Math.max(0, skip - chunk.length);
  }
  return left;
}
