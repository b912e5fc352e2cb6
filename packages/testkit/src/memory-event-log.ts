import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  RunnerError,
  type Attachments,
  type EventLog,
  type JobEvent,
  type JobKey,
  type JobReceived,
  type OnceResult,
  type StoredEvent,
  type StoreHealth,
} from '@fellrunner/core';

interface JobRows {
  readonly events: StoredEvent[];
  payload: string | undefined;
  readonly onceResults: (OnceResult & { readonly step: number })[];
  traceHead: Uint8Array | undefined;
  isClosed: boolean;
}

/** What is "on disk": it outlives the log that wrote it. */
interface Disk {
  readonly storeId: string;
  readonly jobsDir: string;
  readonly jobs: Map<JobKey, JobRows>;
  readonly notes: Map<string, string>;
  lastKey: number;
}

interface PendingWrite {
  commit(): void;
  giveUp(error: Error): void;
}

/**
 * The event log that tests of everything else use, and the reference for those on disk. As with
 * those, a write is committed with all others of its tick, and never before the call returns.
 */
export class MemoryEventLog implements EventLog {
  #disk: Disk;
  readonly #listeners = new Set<(health: StoreHealth) => void>();
  #pending: PendingWrite[] = [];
  #health: StoreHealth = { writable: true };
  #isOver = false;

  /** `jobsDir` is a folder of the test's own, where jobs need one. */
  constructor({ jobsDir = join(tmpdir(), 'fellrunner-no-such-folder') } = {}) {
    this.#disk = { storeId: 'memory', jobsDir, jobs: new Map(), notes: new Map(), lastKey: 0 };
  }

  static #on(disk: Disk): MemoryEventLog {
    const log = new MemoryEventLog();
    log.#disk = disk;
    return log;
  }

  get jobsDir(): string {
    return this.#disk.jobsDir;
  }

  get storeId(): string {
    return this.#disk.storeId;
  }

  get health(): StoreHealth {
    return this.#health;
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Fills the disk, as it were: writes wait until {@link recover}. */
  fail(why: string): void {
    this.#become({ writable: false, why });
  }

  recover(): void {
    this.#become({ writable: true });
    this.#commit();
  }

  /** As after `kill -9`: what was not committed is gone, and its promises never settle. */
  crash(): MemoryEventLog {
    this.#isOver = true;
    this.#pending = [];
    return MemoryEventLog.#on(this.#disk);
  }

  /** As after a stop: a new log on what this one left. */
  async reopen(): Promise<MemoryEventLog> {
    await this[Symbol.asyncDispose]();
    return MemoryEventLog.#on(this.#disk);
  }

  receive(payload: string, events: readonly [JobReceived, ...JobEvent[]]): Promise<JobKey> {
    return this.#write(() => {
      this.#disk.lastKey += 1;
      const jobKey = this.#disk.lastKey as JobKey;
      const rows: JobRows = {
        events: [],
        payload,
        onceResults: [],
        traceHead: undefined,
        isClosed: false,
      };
      this.#disk.jobs.set(jobKey, rows);
      put(rows, jobKey, events, {});
      return jobKey;
    });
  }

  append(
    jobKey: JobKey,
    expectedPosition: number,
    events: readonly JobEvent[],
    attachments: Attachments = {},
  ): Promise<void> {
    return this.#write(() => {
      const rows = this.#disk.jobs.get(jobKey);
      if (rows === undefined || rows.isClosed || rows.events.length !== expectedPosition) {
        throw conflict(jobKey, expectedPosition);
      }
      put(rows, jobKey, events, attachments);
    });
  }

  async read(jobKey: JobKey): Promise<readonly StoredEvent[]> {
    return [...(this.#disk.jobs.get(jobKey)?.events ?? [])];
  }

  async payload(jobKey: JobKey): Promise<string | undefined> {
    return this.#disk.jobs.get(jobKey)?.payload;
  }

  async onceResults(jobKey: JobKey, step: number): Promise<readonly OnceResult[]> {
    const results = this.#disk.jobs.get(jobKey)?.onceResults ?? [];
    return results
      .filter((result) => result.step === step)
      .map(({ key, spoolOffset, value }) => ({ key, spoolOffset, value }));
  }

  async traceHead(jobKey: JobKey): Promise<Uint8Array | undefined> {
    return this.#disk.jobs.get(jobKey)?.traceHead;
  }

  async unfinished(): Promise<readonly JobKey[]> {
    return [...this.#disk.jobs].filter(([, rows]) => !rows.isClosed).map(([jobKey]) => jobKey);
  }

  async note(name: string): Promise<string | undefined> {
    return this.#disk.notes.get(name);
  }

  setNote(name: string, value: string): Promise<void> {
    return this.#write(() => void this.#disk.notes.set(name, value));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#commit();
    this.#isOver = true;
    const lost = new RunnerError('STORE_FULL', 'The event log was closed before it could write.');
    for (const write of this.#pending.splice(0)) write.giveUp(lost);
  }

  #write<T>(apply: () => T): Promise<T> {
    if (this.#isOver) {
      return Promise.reject(new RunnerError('STORE_UNWRITABLE', 'The event log is closed.'));
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const commit = (): void => {
      try {
        resolve(apply());
      } catch (error) {
        reject(error);
      }
    };
    if (this.#pending.push({ commit, giveUp: reject }) === 1) setImmediate(() => this.#commit());
    return promise;
  }

  #commit(): void {
    if (!this.#health.writable || this.#isOver) return;
    const pending = this.#pending;
    this.#pending = [];
    for (const write of pending) write.commit();
  }

  #become(health: StoreHealth): void {
    this.#health = health;
    for (const listener of this.#listeners) listener(health);
  }
}

/** Copies what it keeps, as a disk does. */
function put(
  rows: JobRows,
  jobKey: JobKey,
  events: readonly JobEvent[],
  { onceResult, traceHead }: Attachments,
): void {
  for (const event of events) {
    const position = rows.events.length;
    rows.events.push({ ...structuredClone(event), jobKey, position, schemaVersion: 1 });
    if (event.type === 'once.committed' && onceResult !== undefined) {
      rows.onceResults.push({ ...event.data, value: structuredClone(onceResult) });
    }
  }
  if (traceHead !== undefined) rows.traceHead = traceHead.slice();
  if (events.at(-1)?.type === 'job.closed') {
    rows.isClosed = true;
    rows.payload = undefined;
    rows.traceHead = undefined;
    rows.onceResults.length = 0;
  }
}

function conflict(jobKey: JobKey, position: number): RunnerError {
  return new RunnerError(
    'EVENT_LOG_CONFLICT',
    `Job ${jobKey} has no room for an event at position ${position}.`,
  );
}
