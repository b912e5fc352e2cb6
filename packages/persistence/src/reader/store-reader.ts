import type { JobKey, StoredEvent } from '@fellrunner/core';

import { expectTables } from '../check-at-start.ts';
import { connectReadonly, pluck, query, type Connection } from '../connection.ts';
import { decodeEvent, decodeLog, type EventRow } from '../decode-event.ts';
import { findStore } from '../find-store.ts';
import { expectThisVersion } from '../migrate.ts';
import { toStoreError } from '../store-error.ts';
import { namesServer, parseJobReference, serverName } from './job-reference.ts';
import { summarise, type JobRow, type JobSummary } from './job-summary.ts';

/** A job that was looked for. */
export interface FoundJob {
  readonly key: JobKey;
  /** Names it among all servers' jobs, such as `gitlab.example/42`. */
  readonly reference: string;
  readonly url: string;
}

/**
 * Opens a store to look at it, also while an engine uses it. It needs no key: what is encrypted
 * is not shown.
 *
 * @throws RunnerError `STORE_NEWER`, `STORE_DAMAGED`, or `STORE_UNWRITABLE` where there is no
 *   store, or one of an older version that only an engine can bring up to date.
 */
export function openStoreReader(file: string): StoreReader {
  const path = findStore(file);
  let db: Connection | undefined;
  try {
    db = connectReadonly(path);
    expectThisVersion(db, file);
    expectTables(db, file);
    return new StoreReader(db, file);
  } catch (error) {
    db?.close();
    throw toStoreError(error, file);
  }
}

/** Every call sees the store as it is at that moment, and keeps nobody waiting. */
export class StoreReader implements Disposable {
  readonly file: string;
  readonly #db: Connection;
  readonly #sql: ReturnType<typeof prepareReading>;

  constructor(db: Connection, file: string) {
    this.file = file;
    this.#db = db;
    this.#sql = prepareReading(db);
  }

  /** Oldest first. */
  jobs({ unfinishedOnly = false } = {}): readonly JobSummary[] {
    return this.#read(() => {
      const rows = (unfinishedOnly ? this.#sql.unfinishedJobs : this.#sql.jobs).all();
      return rows.map((row) => this.#summarise(row));
    });
  }

  job(key: JobKey): JobSummary | undefined {
    return this.#read(() => {
      const row = this.#sql.job.get(key);
      return row && this.#summarise(row);
    });
  }

  /**
   * The jobs that `42` or `gitlab.example/42` may mean: one a server, the latest where a server
   * gave an id twice.
   */
  find(text: string): readonly FoundJob[] {
    const reference = parseJobReference(text);
    if (reference === undefined) return [];
    const { gitlabId, server } = reference;
    const rows = this.#read(() => this.#sql.jobsByGitlabId.all(gitlabId));
    const meant = rows.filter(({ url }) => server === undefined || namesServer(server, url));
    const latest = new Map(meant.map((row) => [row.url, row.job_key]));
    return [...latest].map(([url, key]) => ({
      key,
      reference: `${serverName(url)}/${gitlabId}`,
      url,
    }));
  }

  events(key: JobKey): readonly StoredEvent[] {
    return this.#read(() => this.#sql.events.all(key).map(decodeEvent));
  }

  /** The masked beginning of a job's trace, while the store keeps it. */
  head(key: JobKey): Uint8Array | undefined {
    return this.#read(() => this.#sql.traceHead.get(key));
  }

  /** How many jobs the store holds that are not closed. */
  unfinishedCount(): number {
    return this.#read(() => this.#sql.unfinishedCount.get() ?? 0);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #summarise(row: JobRow): JobSummary {
    return summarise(row, decodeLog(this.#sql.events.all(row.job_key)));
  }

  #read<T>(look: () => T): T {
    try {
      return this.#db.transaction(look).deferred();
    } catch (error) {
      throw toStoreError(error, this.file);
    }
  }
}

function prepareReading(db: Connection) {
  return {
    jobs: query<[], JobRow>(db, 'SELECT * FROM jobs ORDER BY job_key'),
    unfinishedJobs: query<[], JobRow>(
      db,
      'SELECT * FROM jobs WHERE job_key IN (SELECT job_key FROM open_jobs) ORDER BY job_key',
    ),
    unfinishedCount: pluck<[], number>(db, 'SELECT count(*) FROM open_jobs'),
    job: query<[JobKey], JobRow>(db, 'SELECT * FROM jobs WHERE job_key = ?'),
    jobsByGitlabId: query<[number], JobRow>(
      db,
      'SELECT * FROM jobs WHERE gitlab_id = ? ORDER BY job_key',
    ),
    events: query<[JobKey], EventRow>(
      db,
      'SELECT * FROM events WHERE job_key = ? ORDER BY position',
    ),
    traceHead: pluck<[JobKey], Buffer>(db, 'SELECT bytes FROM trace_heads WHERE job_key = ?'),
  };
}
