import type { JobLog, SectionOptions } from '@fellrunner/core';

import type { TraceFilter } from '../trace/trace-filter.ts';
import type { ReplayedOutput } from './replayed-output.ts';

/** A handler's log: what it writes is masked, then spooled. */
export class FilteredLog implements JobLog {
  readonly #createFilter: () => TraceFilter;
  readonly #output: ReplayedOutput;
  readonly #marksSections: boolean;
  #filter: TraceFilter | undefined;

  constructor(createFilter: () => TraceFilter, output: ReplayedOutput, marksSections: boolean) {
    this.#createFilter = createFilter;
    this.#output = output;
    this.#marksSections = marksSections;
  }

  line(text: string): Promise<void> {
    return this.write(`${text}\n`);
  }

  write(bytes: string | Uint8Array): Promise<void> {
    // A copy, since the caller may use its buffer again before the piece is spooled.
    this.#filter ??= this.#createFilter();
    return this.#output.write(this.#filter.write(Buffer.from(bytes))) ?? Promise.resolve();
  }

  /** Ends the output: what the masker held back is no secret after all. */
  async end(): Promise<void> {
    if (this.#filter !== undefined) await this.#output.write(this.#filter.end());
  }

  async section<T>(
    name: string,
    body: () => Promise<T> | T,
    options: SectionOptions = {},
  ): Promise<T> {
    const id = name.replaceAll(/[^A-Za-z0-9_.-]/g, '_');
    await this.#mark(
      `section_start:${seconds()}:${id}${options.collapsed ? '[collapsed=true]' : ''}`,
    );
    if (options.title !== undefined) await this.line(options.title);
    try {
      return await body();
    } finally {
      await this.#mark(`section_end:${seconds()}:${id}`);
    }
  }

  async #mark(marker: string): Promise<void> {
    if (this.#marksSections) await this.write(`${marker}\r\u001B[0K`);
  }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
