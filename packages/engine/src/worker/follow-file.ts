import { watch } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { JobFailed } from '@fellrunner/core';

import type { SpoolPlace } from '../pool/worker-message.ts';
import type { TraceFilter } from '../trace/trace-filter.ts';
import { GivenBack } from './give-back.ts';
import { OffsetPairs } from './offset-pairs.ts';
import { RawFile } from './raw-file.ts';
import { ReplayedOutput } from './replayed-output.ts';
import type { SpoolWriter } from './spool-writer.ts';

const PAIR_EVERY_BYTES = 1024 * 1024;
const PAIR_EVERY_MS = 1000;
/** Where the kernel does not tell of growth, and, for what it may forget to tell, where it does. */
const LOOK_EVERY_MS = { untold: 1000, told: 10_000 };
/** Most short scripts have ended by then, and were not worth a watch. */
const WATCH_AFTER_MS = 25;
/** More than what a masker mostly holds back still depends on. */
const JOINED_BYTES = 1024;

/** What was written before and not yet read is gone. */
const OPENED_ANEW = Buffer.from(
  'WARNING: the script has emptied its output file (> /dev/stdout or /dev/stderr; >&2 does not); ' +
    'some of its output may be missing here.\n',
);

export interface Following {
  /** What the step's process appends to. */
  readonly raw: string;
  /** Resolves when the process has ended: what lies in the file then is all. */
  readonly ended: Promise<unknown>;
  /** The most that may lie in the file; beyond it the step fails. */
  readonly limitBytes: number;
  readonly place: SpoolPlace;
  readonly spool: SpoolWriter;
  readonly createFilter: (written: number) => TraceFilter;
}

/**
 * Masks a growing file into the spool. After a restart it begins again at the last place where
 * the masker held nothing back; what is in the spool already is compared and passed over.
 */
export async function followFile(following: Following): Promise<void> {
  const { raw, place, spool, ended } = following;
  const pairs = new OffsetPairs(`${raw}.offsets`, { raw: 0, spool: place.stepOffset });
  const begin = pairs.last;
  let filter = following.createFilter(begin.spool);
  const isBehind = place.size > begin.spool;
  const output = new ReplayedOutput(
    spool,
    { ...place, stepOffset: begin.spool },
    isBehind ? { discardFirst: false, timesDiffer: true } : undefined,
  );
  using growth = new Growth(raw, ended);
  using file = await growth.open();
  const givenBack = new GivenBack(raw);
  let offset = begin.raw;
  let noted = { raw: offset, at: Date.now() };
  for (;;) {
    const isLast = growth.hasEnded;
    const bytes = file.read(offset);
    if (bytes.length > 0) {
      offset += bytes.length;
      checkLimit(offset, following.limitBytes);
      // What is waited for here is in the spool, or copied, when this returns.
      for (const part of parts(bytes, filter)) void output.write(filter.write(part));
    }
    const isDue = offset - noted.raw >= PAIR_EVERY_BYTES || Date.now() - noted.at >= PAIR_EVERY_MS;
    if (filter.heldBytes === 0 && offset > noted.raw && isDue) {
      spool.flush();
      pairs.note({ raw: offset, spool: spool.size });
      givenBack.giveBack(offset);
      noted = { raw: offset, at: Date.now() };
    }
    if (file.isWhole(bytes)) {
      await nextTurn();
      continue;
    }
    if (file.size < offset) {
      // `> /dev/stderr` in a script opens the file anew and empties it.
      void output.write(Buffer.concat([filter.end(), OPENED_ANEW]));
      spool.flush();
      pairs.note({ raw: 0, spool: spool.size });
      filter = following.createFilter(spool.size);
      offset = 0;
      noted = { raw: 0, at: Date.now() };
      continue;
    }
    if (isLast) break;
    await growth.next();
  }
  void output.write(filter.end());
}

/** What is held back is copied together with what follows it: with a little of that, not with all. */
function* parts(bytes: Uint8Array, { heldBytes }: TraceFilter): Generator<Uint8Array> {
  const joined = heldBytes > 0 ? JOINED_BYTES : 0;
  if (joined > 0) yield bytes.subarray(0, joined);
  if (bytes.length > joined) yield bytes.subarray(joined);
}

function checkLimit(bytes: number, limitBytes: number): void {
  if (limitBytes > 0 && bytes > limitBytes) {
    throw new JobFailed({ reason: 'output-too-large', limitBytes });
  }
}

/** Tells when a file may have grown: by inotify, and by a look from time to time. */
class Growth implements Disposable {
  readonly #raw: string;
  #watcher: ReturnType<typeof watch> | undefined;
  #wake: () => void = () => undefined;
  #lookEveryMs = WATCH_AFTER_MS;
  #grew = false;
  hasEnded = false;

  constructor(raw: string, ended: Promise<unknown>) {
    this.#raw = raw;
    const end = (): void => {
      this.hasEnded = true;
      this.#tell();
    };
    ended.then(end, end);
  }

  /** Opens the file, which the step's process or its starter may still have to make. */
  async open(): Promise<RawFile> {
    for (;;) {
      try {
        return new RawFile(this.#raw);
      } catch (error) {
        if (this.hasEnded) throw error;
        await this.next();
        this.#lookEveryMs = WATCH_AFTER_MS;
      }
    }
  }

  /** Resolves when there may be more to read. */
  async next(): Promise<void> {
    if (!this.#grew && !this.hasEnded) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, this.#lookEveryMs);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
      // What was written before the watch begins is read when this returns.
      if (!this.hasEnded) this.#watcher ??= this.#watch();
      this.#lookEveryMs = LOOK_EVERY_MS[this.#watcher === undefined ? 'untold' : 'told'];
    }
    this.#grew = false;
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
  }

  #watch(): ReturnType<typeof watch> | undefined {
    try {
      const watcher = watch(this.#raw, () => this.#tell());
      watcher.on('error', () => {
        watcher.close();
        this.#lookEveryMs = LOOK_EVERY_MS.untold;
      });
      return watcher;
    } catch {
      // The file is not there yet, or no watch is left on this machine (max_user_watches).
      return undefined;
    }
  }

  #tell(): void {
    this.#grew = true;
    this.#wake();
  }
}
