import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';

import type { SpoolPlace } from '../pool/worker-message.ts';
import { commonLength } from '../trace/common-length.ts';
import { appendAside, type SpoolWriter } from './spool-writer.ts';

const DIFFERS =
  'fellrunner: the output differs from that before the restart; from here on it is new.\n';

export interface Replay {
  /** There are results in the log, and output counts only after the last of them. */
  readonly discardFirst: boolean;
  /** Digits are not compared: a section's marks hold the time at which it was begun again. */
  readonly timesDiffer: boolean;
}

/**
 * Where a step's output goes. A step that is called for the first time writes; one that is called
 * again after a restart first passes over what is in the spool already.
 *
 * Until every result in the log has been asked for, output is discarded; what follows is compared
 * with the spool after the last result's offset, equal bytes are skipped, and from the first
 * difference on everything is written, after one line that says so.
 */
export class ReplayedOutput {
  readonly #spool: SpoolWriter;
  readonly #place: SpoolPlace;
  readonly #aside: string;
  readonly #timesDiffer: boolean;
  #mode: 'discard' | 'compare' | 'write';
  #compared: number;

  constructor(spool: SpoolWriter, place: SpoolPlace, replay?: Replay) {
    this.#spool = spool;
    this.#place = place;
    this.#timesDiffer = replay?.timesDiffer ?? false;
    this.#aside = `${place.file}.discarded`;
    this.#compared = place.stepOffset;
    this.#mode = replay === undefined ? 'write' : replay.discardFirst ? 'discard' : 'compare';
    if (this.#mode === 'compare') this.#compareOrWrite();
  }

  /** All results were asked for: what comes next began at `spoolOffset`. */
  compareFrom(spoolOffset: number): void {
    this.#mode = 'compare';
    this.#compared = spoolOffset;
    rmSync(this.#aside, { force: true });
    this.#compareOrWrite();
  }

  /** A step ended without asking for all results: what it printed is kept after all. */
  keepDiscarded(): void {
    if (this.#mode !== 'discard') return;
    this.#mode = 'write';
    if (!existsSync(this.#aside)) return;
    void this.#spool.write(Buffer.from(DIFFERS));
    void this.#spool.write(readFileSync(this.#aside));
    this.#spool.flush();
    rmSync(this.#aside, { force: true });
  }

  /** How far this has come in earlier output; 0 where it writes anew. */
  get cursor(): number {
    return this.#mode === 'write' ? 0 : this.#compared;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    switch (this.#mode) {
      case 'write':
        return this.#spool.write(bytes);
      case 'discard':
        appendAside(this.#aside, bytes);
        return undefined;
      case 'compare':
        return this.#compare(bytes);
    }
  }

  #compare(bytes: Uint8Array): Promise<void> | undefined {
    const before = this.#read(this.#compared, bytes.length);
    const same = commonLength(before, bytes, this.#timesDiffer);
    this.#compared += same;
    if (same < before.length) {
      this.#mode = 'write';
      void this.#spool.write(Buffer.from(DIFFERS));
      return this.#spool.write(bytes.subarray(same));
    }
    this.#compareOrWrite();
    return same < bytes.length ? this.write(bytes.subarray(same)) : undefined;
  }

  #compareOrWrite(): void {
    if (this.#compared >= this.#place.size) this.#mode = 'write';
  }

  /** A replayed step's earlier output is always in the file: only finished steps' goes to the store. */
  #read(offset: number, length: number): Uint8Array {
    const available = Math.min(length, this.#place.size - offset);
    const buffer = Buffer.alloc(available);
    const fd = openSync(this.#place.file, 'r');
    try {
      return buffer.subarray(0, readSync(fd, buffer, 0, available, offset - this.#place.headBytes));
    } finally {
      closeSync(fd);
    }
  }
}
