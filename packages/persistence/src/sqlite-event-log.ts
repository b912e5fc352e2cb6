import type {
  Attachments,
  JobEvent,
  JobKey,
  JobReceived,
  OnceResult,
  StoredEvent,
  StoreHealth,
} from '@fellrunner/core';

import type { CommitQueue } from './commit-queue.ts';
import { readSettings, type Connection, type StoreSettings } from './connection.ts';
import { decodeEvent } from './decode-event.ts';
import type { JobRows } from './job-rows.ts';
import type { Statements } from './statements.ts';
import { toStoreError } from './store-error.ts';
import type { Store } from './store.ts';
import type { Upkeep } from './upkeep.ts';

/** What {@link SqliteEventLog} is put together from. */
export interface StoreParts {
  readonly file: string;
  readonly storeId: string;
  readonly jobsDir: string;
  readonly db: Connection;
  readonly sql: Statements;
  readonly rows: JobRows;
  readonly queue: CommitQueue;
  readonly upkeep: Upkeep;
  /** Let go last of all: the lock, or what a store in memory leaves on the disk. */
  readonly hold: Disposable;
}

/** The event log in a SQLite file that this process alone writes to. */
export class SqliteEventLog implements Store {
  readonly #parts: StoreParts;
  #isClosed = false;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  get file(): string {
    return this.#parts.file;
  }

  get storeId(): string {
    return this.#parts.storeId;
  }

  get jobsDir(): string {
    return this.#parts.jobsDir;
  }

  get settings(): StoreSettings {
    return readSettings(this.#parts.db);
  }

  get health(): StoreHealth {
    return this.#parts.queue.health;
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    return this.#parts.queue.onHealth(listener);
  }

  receive(payload: string, events: readonly [JobReceived, ...JobEvent[]]): Promise<JobKey> {
    return this.#write(events, () => this.#parts.rows.insert(payload, events));
  }

  append(
    jobKey: JobKey,
    expectedPosition: number,
    events: readonly JobEvent[],
    attachments: Attachments = {},
  ): Promise<void> {
    const append = { jobKey, expectedPosition, events, attachments };
    return this.#write(events, () => this.#parts.rows.append(append));
  }

  setNote(name: string, value: string): Promise<void> {
    return this.#write([], () => void this.#parts.sql.setNote.run(name, value));
  }

  async read(jobKey: JobKey): Promise<readonly StoredEvent[]> {
    return this.#read(({ sql }) => sql.events.all(jobKey).map(decodeEvent));
  }

  async payload(jobKey: JobKey): Promise<string | undefined> {
    return this.#read(({ rows }) => rows.payload(jobKey));
  }

  async onceResults(jobKey: JobKey, step: number): Promise<readonly OnceResult[]> {
    return this.#read(({ rows }) => rows.onceResults(jobKey, step));
  }

  async traceHead(jobKey: JobKey): Promise<Uint8Array | undefined> {
    return this.#read(({ sql }) => sql.traceHead.get(jobKey));
  }

  async unfinished(): Promise<readonly JobKey[]> {
    return this.#read(({ sql }) => sql.unfinished.all());
  }

  async note(name: string): Promise<string | undefined> {
    return this.#read(({ sql }) => sql.note.get(name));
  }

  /** Writes what waits, or refuses it where the disk takes nothing; then the next engine may come. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#parts.upkeep.stop();
    this.#parts.queue.close();
    this.#parts.db.close();
    this.#parts.hold[Symbol.dispose]();
  }

  #write<T>(events: readonly JobEvent[], apply: () => T): Promise<T> {
    if (events.at(-1)?.type !== 'job.closed') return this.#parts.queue.write({ apply });
    return this.#parts.queue.write({ apply, committed: () => this.#parts.upkeep.jobClosed() });
  }

  #read<T>(query: (parts: StoreParts) => T): T {
    try {
      return query(this.#parts);
    } catch (error) {
      throw toStoreError(error, this.file);
    }
  }
}
