import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';

/** Two places that belong together: up to here the raw file has become the trace up to there. */
export interface OffsetPair {
  readonly raw: number;
  readonly spool: number;
}

const WIDTH = 16;

/**
 * The last pair, kept in a small file. It is written in place by one call and never synced: it
 * has to outlive the process, and after the machine's end the step is gone as well.
 */
export class OffsetPairs {
  readonly #file: string;
  #last: OffsetPair;

  constructor(file: string, first: OffsetPair) {
    this.#file = file;
    this.#last = readPair(file) ?? first;
  }

  get last(): OffsetPair {
    return this.#last;
  }

  note(pair: OffsetPair): void {
    this.#last = pair;
    const fd = openSync(this.#file, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      writeSync(
        fd,
        `${String(pair.raw).padStart(WIDTH)} ${String(pair.spool).padStart(WIDTH)}\n`,
        0,
      );
    } finally {
      closeSync(fd);
    }
  }
}

function readPair(file: string): OffsetPair | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
  const [raw, spool] = text.trim().split(/\s+/).map(Number);
  if (raw === undefined || spool === undefined || Number.isNaN(raw) || Number.isNaN(spool))
    return undefined;
  return { raw, spool };
}
