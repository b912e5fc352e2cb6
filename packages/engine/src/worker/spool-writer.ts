import { appendFileSync, closeSync, fdatasyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { faultPoint, messageOf } from '@fellrunner/core';

import type { SpoolPlace } from '../pool/worker-message.ts';
import { PendingOutput } from '../trace/pending-output.ts';

const WRITE_AFTER_MS = 20;
/** So much is told of at once, whatever the time. */
const TELL_AFTER_BYTES = 1024 * 1024;

/**
 * Appends masked bytes to a job's spool: in large pieces where much comes, within 20 ms where
 * little comes, and not at all where a call is short and its output small: then what waits is
 * taken over by the engine, as it is when the thread dies.
 */
export class SpoolWriter {
  readonly #place: SpoolPlace;
  readonly #pending: PendingOutput | undefined;
  readonly #onGrowth: (size: number) => void;
  #written: number;
  /** How much of the file the engine has been told of. */
  #told: number;
  #fd: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isEnded = false;
  /** What a flush that nobody waited for has failed with: the next one who writes hears of it. */
  #failure: Error | undefined;

  constructor(place: SpoolPlace, onGrowth: (size: number) => void) {
    this.#place = place;
    this.#onGrowth = onGrowth;
    this.#written = place.size;
    this.#told = place.size;
    this.#pending = place.pending && new PendingOutput(place.pending);
  }

  /** The size of the trace with all that was handed in. */
  get size(): number {
    return this.#written + (this.#pending?.length ?? 0);
  }

  /**
   * Takes bytes, until the call has ended. The promise waits where the call's thread must breathe.
   */
  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#throwFailure();
    if (bytes.length === 0 || this.#isEnded || this.#pending?.isRevoked) return undefined;
    if (this.#pending?.push(bytes)) {
      this.#flushSoon();
      return undefined;
    }
    this.flush();
    if (this.#pending?.push(bytes)) return nextTurn();
    this.#append(bytes);
    // Messages and timers get their turn: a handler that only writes could not be ended else.
    return nextTurn();
  }

  /** Brings everything into the file. */
  flush(): void {
    if (this.#pending === undefined || this.#pending.length === 0) return;
    this.#append(this.#pending.bytes);
    this.#pending.clear();
  }

  /** Brings everything onto the disk: what comes next in the event log refers to it. */
  sync(): void {
    this.flush();
    if (this.#fd !== undefined) fdatasyncSync(this.#fd);
  }

  /** Ends the writing; what waits is the engine's. `cursor`: how far earlier output was passed over. */
  end(cursor: number): void {
    this.#isEnded = true;
    if (this.#pending !== undefined) this.#pending.cursor = cursor;
    clearTimeout(this.#timer);
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    this.#throwFailure();
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => this.#flushLate(), WRITE_AFTER_MS).unref();
  }

  /** Thrown out of a timer it would end the thread, and its other jobs with it. */
  #flushLate(): void {
    this.#timer = undefined;
    try {
      this.flush();
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(messageOf(error));
    }
    this.#tell();
  }

  /** The first growth is told of at once, what follows closely with much or with the next timer. */
  #tellOrWait(): void {
    if (this.#timer === undefined || this.#written - this.#told >= TELL_AFTER_BYTES) this.#tell();
    this.#flushSoon();
  }

  #tell(): void {
    if (this.#written === this.#told) return;
    this.#told = this.#written;
    this.#onGrowth(this.#written);
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  #append(bytes: Uint8Array): void {
    if (this.#pending?.isRevoked) return;
    if (this.#pending !== undefined) this.#pending.hasWritten = true;
    this.#fd ??= this.#open();
    faultPoint('before-spool-write');
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
    this.#written += bytes.length;
    faultPoint('after-spool-write');
    this.#tellOrWait();
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
