import type { JobKey } from '@fellrunner/core';

import { pluck, query, type Connection } from './connection.ts';
import type { EventRow } from './decode-event.ts';

/** Every statement that an engine needs, prepared once. */
export type Statements = ReturnType<typeof prepareStatements>;

export function prepareStatements(db: Connection) {
  return {
    ...prepareJobStatements(db),
    ...prepareSecretStatements(db),
    note: pluck<[name: string], string>(db, 'SELECT value FROM notes WHERE name = ?'),
    setNote: query<[name: string, value: string]>(
      db,
      `INSERT INTO notes (name, value) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    ),
  };
}

/** A job's row and its events: what is kept after it is closed. */
function prepareJobStatements(db: Connection) {
  return {
    addJob: query<[gitlabId: number, url: string]>(
      db,
      'INSERT INTO jobs (gitlab_id, url) VALUES (?, ?)',
    ),
    addEvent: query<EventValues>(
      db,
      `INSERT INTO events (job_key, position, type, at, schema_version, data)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    events: query<[JobKey], EventRow>(
      db,
      'SELECT * FROM events WHERE job_key = ? ORDER BY position',
    ),
    goesOnAfter: pluck<[JobKey, position: number], 0 | 1>(
      db,
      `SELECT type <> 'job.closed' FROM events WHERE job_key = ? AND position = ?`,
    ),
    closeJob: query<[closedAt: number, JobKey]>(
      db,
      'UPDATE jobs SET closed_at = ? WHERE job_key = ?',
    ),
    closedCount: pluck<[], number>(db, 'SELECT count(*) FROM jobs WHERE closed_at IS NOT NULL'),
    longestClosed: query<[limit: number], { job_key: JobKey; closed_at: number }>(
      db,
      `SELECT job_key, closed_at FROM jobs WHERE closed_at IS NOT NULL
       ORDER BY closed_at LIMIT ?`,
    ),
    deleteJob: query<[JobKey]>(db, 'DELETE FROM jobs WHERE job_key = ?'),
  };
}

/** What only a job that is not closed has; {@link createEvents} says what hangs on what. */
function prepareSecretStatements(db: Connection) {
  return {
    openJob: query<[JobKey, wrappedKey: Buffer, payload: Buffer]>(
      db,
      'INSERT INTO open_jobs (job_key, wrapped_key, payload) VALUES (?, ?, ?)',
    ),
    unfinished: pluck<[], JobKey>(db, 'SELECT job_key FROM open_jobs ORDER BY job_key'),
    payload: query<[JobKey], { wrapped_key: Buffer; payload: Buffer }>(
      db,
      'SELECT wrapped_key, payload FROM open_jobs WHERE job_key = ?',
    ),
    wrappedKey: pluck<[JobKey], Buffer>(db, 'SELECT wrapped_key FROM open_jobs WHERE job_key = ?'),
    wrappedKeys: query<[], { job_key: JobKey; wrapped_key: Buffer }>(
      db,
      'SELECT job_key, wrapped_key FROM open_jobs ORDER BY job_key',
    ),
    putResult: query<ResultValues>(db, 'INSERT INTO once_results VALUES (?, ?, ?, ?, ?, ?, ?)'),
    results: query<[JobKey, step: number], ResultRow>(
      db,
      `SELECT position, key, spool_offset, kind, value FROM once_results
       WHERE job_key = ? AND step = ? ORDER BY position`,
    ),
    putTraceHead: query<[JobKey, Uint8Array]>(
      db,
      `INSERT INTO trace_heads (job_key, bytes) VALUES (?, ?)
       ON CONFLICT (job_key) DO UPDATE SET bytes = excluded.bytes`,
    ),
    traceHead: pluck<[JobKey], Buffer>(db, 'SELECT bytes FROM trace_heads WHERE job_key = ?'),
    /** Takes everything along that hangs on an open job. */
    forgetSecrets: query<[JobKey]>(db, 'DELETE FROM open_jobs WHERE job_key = ?'),
  };
}

type EventValues = [
  JobKey,
  position: number,
  type: string,
  at: number,
  schemaVersion: number,
  data: string,
];

type ResultValues = [
  JobKey,
  step: number,
  position: number,
  key: string,
  spoolOffset: number,
  kind: 'json' | 'bytes',
  value: Buffer,
];

interface ResultRow {
  readonly position: number;
  readonly key: string;
  readonly spool_offset: number;
  readonly kind: 'json' | 'bytes';
  readonly value: Buffer;
}
