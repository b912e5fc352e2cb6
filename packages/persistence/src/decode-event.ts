import { messageOf, RunnerError, type JobKey, type StoredEvent } from '@fellrunner/core';

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

/** A job's log as far as it can be read, and why no farther. */
export interface DecodedLog {
  readonly events: readonly StoredEvent[];
  readonly problem: string | undefined;
}

/** Reads rows in their order, up to the first that is out of its place or cannot be read. */
export function decodeLog(rows: readonly EventRow[]): DecodedLog {
  const events: StoredEvent[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.position !== index) return { events, problem: `event ${index} is missing` };
    try {
      events.push(decodeEvent(row));
    } catch (error) {
      return { events, problem: messageOf(error) };
    }
  }
  return { events, problem: undefined };
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
