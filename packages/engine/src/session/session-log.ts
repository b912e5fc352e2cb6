import { sectionEnd, sectionStart, type JobLog, type SectionOptions } from '@fellrunner/core';

import type { TraceFilter } from '../trace/trace-filter.ts';
import type { JobTraceFilters } from '../worker/job-trace-filter.ts';

/** How far a log's masking has come: where the masker last held nothing back, and what came since. */
export interface MaskingState {
  /** How much was written to the trace until then. */
  readonly settledBytes: number;
  /** What the program has written since, unmasked. */
  readonly raw: Uint8Array;
  /** How much of that is in the trace already, masked. */
  readonly passedBytes: number;
}

export interface SessionLogOptions {
  readonly filters: JobTraceFilters;
  readonly marksSections: boolean;
  readonly state: MaskingState;
  /** Takes what is masked: whole characters, in one order. */
  readonly onOutput: (text: Uint8Array) => void;
}

/**
 * A job's log in a program's own hands. What may be the beginning of a secret is held back, also
 * over {@link state} into another process: a secret written half here and half there is masked.
 */
export class SessionLog implements JobLog {
  readonly #options: SessionLogOptions;
  #filter: TraceFilter;
  #settledBytes: number;
  #raw: Uint8Array[];
  #passedBytes = 0;
  /** What an earlier process had passed on already, and comes once more out of the masker. */
  #skipBytes: number;
  #isEnded = false;

  constructor(options: SessionLogOptions) {
    const { settledBytes, raw, passedBytes } = options.state;
    this.#options = options;
    this.#settledBytes = settledBytes;
    this.#skipBytes = passedBytes;
    this.#raw = [];
    this.#filter = options.filters.create(settledBytes);
    if (raw.length > 0) this.#take(raw);
  }

  get state(): MaskingState {
    return {
      settledBytes: this.#settledBytes,
      raw: Buffer.concat(this.#raw),
      passedBytes: this.#passedBytes + this.#skipBytes,
    };
  }

  line(text: string): Promise<void> {
    return this.write(`${text}\n`);
  }

  // Async, so that a write after the end is a rejection and not an exception.
  async write(bytes: string | Uint8Array): Promise<void> {
    if (this.#isEnded) throw new Error('The job has ended: nothing can be added to its log.');
    // A copy, since the caller may use its buffer again.
    this.#take(Buffer.from(bytes));
  }

  async section<T>(
    name: string,
    body: () => Promise<T> | T,
    { title, collapsed }: SectionOptions = {},
  ): Promise<T> {
    const isMarked = this.#options.marksSections;
    if (isMarked) await this.write(sectionStart(name, { collapsed: collapsed === true }));
    if (title !== undefined) await this.line(title);
    try {
      return await body();
    } finally {
      if (isMarked) await this.write(sectionEnd(name));
    }
  }

  /** Nothing more will come: what was held back is no secret after all. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#pass(this.#filter.end());
    this.#settle();
  }

  #take(bytes: Uint8Array): void {
    this.#raw.push(bytes);
    this.#pass(this.#filter.write(bytes));
    if (this.#filter.heldBytes === 0) this.#settle();
  }

  #pass(masked: Uint8Array): void {
    const skipped = Math.min(this.#skipBytes, masked.length);
    this.#skipBytes -= skipped;
    this.#passedBytes += masked.length;
    if (masked.length > skipped) this.#options.onOutput(Uint8Array.from(masked.subarray(skipped)));
  }

  #settle(): void {
    this.#settledBytes += this.#passedBytes + this.#skipBytes;
    this.#passedBytes = 0;
    this.#skipBytes = 0;
    this.#raw = [];
  }
}
