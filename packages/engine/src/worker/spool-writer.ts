import { appendFileSync, closeSync, fdatasyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { SpoolEnd, SpoolPlace } from '../pool/worker-message.ts';

/** Output up to this size in all stays out of the file system; the store keeps it. */
export const HEAD_LIMIT_BYTES = 16 * 1024;
const WRITE_AT_BYTES = 64 * 1024;
const WRITE_AFTER_MS = 20;

/**
 * Appends masked bytes to a job's spool: in large pieces where much comes, within 20 ms where
 * little comes, and not at all where all of a job's output is small and its call is short.
 */
export class SpoolWriter {
  readonly #place: SpoolPlace;
  readonly #onGrowth: (size: number) => void;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #written: number;
  #fd: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(place: SpoolPlace, onGrowth: (size: number) => void) {
    this.#place = place;
    this.#onGrowth = onGrowth;
    this.#written = place.size;
  }

  /** The size of the trace with all that was handed in. */
  get size(): number {
    return this.#written + this.#waitingBytes;
  }

  /** Takes bytes that stay as they are. The promise waits where the call's thread must breathe. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (bytes.length === 0) return undefined;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= WRITE_AT_BYTES) {
      this.flush();
      // Messages and timers get their turn: a handler that only writes could not be ended else.
      return nextTurn();
    }
    this.#timer ??= setTimeout(() => this.flush(), WRITE_AFTER_MS).unref();
    return undefined;
  }

  /** Brings everything into the file. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waitingBytes === 0) return;
    this.#fd ??= this.#open();
    const bytes = this.#take();
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
    this.#written += bytes.length;
    this.#onGrowth(this.#written);
  }

  /** Brings everything onto the disk: what comes next in the event log refers to it. */
  sync(): void {
    this.flush();
    if (this.#fd !== undefined) fdatasyncSync(this.#fd);
  }

  /** Ends the writing; small output of a job without a file is handed back instead of written. */
  end(): SpoolEnd {
    const { headBytes, size } = this.#place;
    const hasFile = this.#fd !== undefined || size > headBytes;
    if (!hasFile && this.size <= HEAD_LIMIT_BYTES) {
      clearTimeout(this.#timer);
      return { size: this.size, unwritten: this.#waitingBytes === 0 ? undefined : this.#take() };
    }
    this.flush();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    return { size: this.#written, unwritten: undefined };
  }

  #take(): Uint8Array {
    const bytes = this.#waiting.length === 1 ? this.#waiting[0]! : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return bytes;
  }

  #open(): number {
    mkdirSync(dirname(this.#place.file), { recursive: true, mode: 0o700 });
    return openSync(this.#place.file, 'a', 0o600);
  }
}

/** Appends to a file beside the spool: what a replayed step printed before it was known to be new. */
export function appendAside(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  appendFileSync(file, bytes, { mode: 0o600 });
}
