import { RunnerError, type JobKey, type StoredEvent } from '@fellrunner/core';

/** A row of `events`. */
export interface EventRow {
  readonly job_key: JobKey;
  readonly position: number;
  readonly type: string;
  readonly at: number;
  readonly schema_version: number;
  readonly data: string;
}

/** The shape of every event's `data` in this version. */
export const SCHEMA_VERSION = 1;

/**
 * Reads a row back as the event that was written.
 *
 * @throws RunnerError `EVENT_LOG_CORRUPT` where its data is no JSON object. Whether the event
 *   makes sense in its place is the machine's to say.
 */
export function decodeEvent(row: EventRow): StoredEvent {
  return {
    type: row.type,
    at: row.at,
    data: parseData(row),
    jobKey: row.job_key,
    position: row.position,
    schemaVersion: row.schema_version,
  } as StoredEvent;
}

function parseData(row: EventRow): object {
  try {
    const data: unknown = JSON.parse(row.data);
    if (typeof data === 'object' && data !== null) return data;
  } catch {
    // Told below, like JSON that is no object.
  }
  throw new RunnerError(
    'EVENT_LOG_CORRUPT',
    `Event ${row.position} of job ${row.job_key} (${row.type}) cannot be read.`,
  );
}
