import { appendFileSync, closeSync, fdatasyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { faultPoint, messageOf } from '@fellrunner/core';

import type { SpoolPlace } from '../pool/worker-message.ts';
import { PendingOutput } from '../trace/pending-output.ts';

const WRITE_AFTER_MS = 20;

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
  #fd: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isEnded = false;
  /** What a flush that nobody waited for has failed with: the next one who writes hears of it. */
  #failure: Error | undefined;

  constructor(place: SpoolPlace, onGrowth: (size: number) => void) {
    this.#place = place;
    this.#onGrowth = onGrowth;
    this.#written = place.size;
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
      this.#timer ??= setTimeout(() => this.#flushLate(), WRITE_AFTER_MS).unref();
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
    clearTimeout(this.#timer);
    this.#timer = undefined;
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

  /** Thrown out of a timer it would end the thread, and its other jobs with it. */
  #flushLate(): void {
    try {
      this.flush();
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(messageOf(error));
    }
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
    this.#onGrowth(this.#written);
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
