import type { KeyObject } from 'node:crypto';

import {
  RunnerError,
  type Attachments,
  type JobEvent,
  type JobKey,
  type JobReceived,
  type OnceResult,
  type OnceValue,
} from '@fellrunner/core';

import { SCHEMA_VERSION } from './decode-event.ts';
import type { JobVault } from './job-vault.ts';
import type { Statements } from './statements.ts';
import { codeOf } from './store-error.ts';

/** A change to one job's stream. */
export interface Append {
  readonly jobKey: JobKey;
  readonly expectedPosition: number;
  readonly events: readonly JobEvent[];
  readonly attachments: Attachments;
}

/** One job's rows, written within a transaction of the caller's. */
export class JobRows {
  readonly #sql: Statements;
  readonly #vault: JobVault;

  constructor(sql: Statements, vault: JobVault) {
    this.#sql = sql;
    this.#vault = vault;
  }

  insert(payload: string, [received, ...others]: readonly [JobReceived, ...JobEvent[]]): JobKey {
    const { gitlabId, url } = received.data;
    const jobKey = Number(this.#sql.addJob.run(gitlabId, url).lastInsertRowid) as JobKey;
    const sealed = this.#vault.sealJob(jobKey, payload);
    this.#sql.openJob.run(jobKey, sealed.wrappedKey, sealed.payload);
    this.#addEvents(jobKey, 0, [received, ...others]);
    return jobKey;
  }

  /** @throws RunnerError `EVENT_LOG_CONFLICT`. */
  append({ jobKey, expectedPosition, events, attachments }: Append): void {
    this.#expectEnd(jobKey, expectedPosition, events);
    this.#addEvents(jobKey, expectedPosition, events);
    if (events.at(-1)?.type === 'job.closed') return;
    const { onceResult, traceHead } = attachments;
    if (traceHead !== undefined) this.#sql.putTraceHead.run(jobKey, traceHead);
    if (onceResult !== undefined) this.#putResult(jobKey, expectedPosition, events, onceResult);
  }

  payload(jobKey: JobKey): string | undefined {
    const row = this.#sql.payload.get(jobKey);
    const key = row && this.#vault.unwrap(jobKey, row.wrapped_key);
    return key && this.#vault.unsealPayload(jobKey, key, row.payload);
  }

  onceResults(jobKey: JobKey, step: number): readonly OnceResult[] {
    const rows = this.#sql.results.all(jobKey, step);
    const key = rows.length > 0 ? this.#keyOf(jobKey) : undefined;
    if (key === undefined) return [];
    return rows.map((row) => {
      const bytes = this.#vault.unsealResult(jobKey, key, row.position, row.value);
      if (bytes === undefined) throw unreadable(jobKey, row.key);
      return { key: row.key, spoolOffset: row.spool_offset, value: toValue(row.kind, bytes) };
    });
  }

  /** That no event lies beyond the end is seen by adding one; only where none is added, here. */
  #expectEnd(jobKey: JobKey, position: number, events: readonly JobEvent[]): void {
    const goesOn = this.#sql.goesOnAfter.get(jobKey, position - 1) === 1;
    const isEnd = events.length > 0 || this.#sql.goesOnAfter.get(jobKey, position) === undefined;
    if (!goesOn || !isEnd) throw conflict(jobKey, position);
  }

  #addEvents(jobKey: JobKey, first: number, events: readonly JobEvent[]): void {
    let position = first;
    for (const event of events) {
      this.#addEvent(jobKey, position, event);
      position += 1;
    }
  }

  #addEvent(jobKey: JobKey, position: number, { type, at, data }: JobEvent): void {
    try {
      this.#sql.addEvent.run(jobKey, position, type, at, SCHEMA_VERSION, JSON.stringify(data));
    } catch (error) {
      throw codeOf(error) === 'SQLITE_CONSTRAINT_UNIQUE' ? conflict(jobKey, position) : error;
    }
    if (type === 'job.closed') this.#close(jobKey, at);
  }

  #close(jobKey: JobKey, at: number): void {
    this.#sql.forgetSecrets.run(jobKey);
    this.#sql.closeJob.run(at, jobKey);
  }

  #putResult(jobKey: JobKey, first: number, events: readonly JobEvent[], value: OnceValue): void {
    const index = events.findIndex(({ type }) => type === 'once.committed');
    const event = events[index];
    if (event?.type !== 'once.committed') {
      throw new TypeError('The result of a once needs its once.committed beside it.');
    }
    const jobsKey = this.#keyOf(jobKey);
    if (jobsKey === undefined) throw keyLost(jobKey);
    const position = first + index;
    const { step, key, spoolOffset } = event.data;
    const sealed = this.#vault.sealResult(jobKey, jobsKey, position, value);
    this.#sql.putResult.run(jobKey, step, position, key, spoolOffset, value.kind, sealed);
  }

  #keyOf(jobKey: JobKey): KeyObject | undefined {
    const wrapped = this.#sql.wrappedKey.get(jobKey);
    return wrapped && this.#vault.unwrap(jobKey, wrapped);
  }
}

function toValue(kind: 'json' | 'bytes', bytes: Buffer): OnceValue {
  return kind === 'json'
    ? { kind, text: bytes.toString() }
    : { kind, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
}

function conflict(jobKey: JobKey, position: number): RunnerError {
  return new RunnerError(
    'EVENT_LOG_CONFLICT',
    `The log of job ${jobKey} does not go on at position ${position}.`,
  );
}

function keyLost(jobKey: JobKey): RunnerError {
  return new RunnerError(
    'STORE_DAMAGED',
    `The key of job ${jobKey} is lost, so nothing secret can be kept for it.`,
  );
}

function unreadable(jobKey: JobKey, key: string): RunnerError {
  return new RunnerError(
    'STORE_DAMAGED',
    `The result of "${key}" of job ${jobKey} has been changed and cannot be read.`,
  );
}
