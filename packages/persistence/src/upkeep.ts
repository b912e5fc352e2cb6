import type { Clock } from '@fellrunner/core';

import type { CommitQueue } from './commit-queue.ts';
import type { Connection } from './connection.ts';
import type { Statements } from './statements.ts';
import type { Retention } from './store.ts';

/** Few enough to hold up nobody; often enough to keep up with thousands of jobs a second. */
const JOBS_A_TURN = 100;
const NEXT_TURN_MS = 20;
/** How long a closed job's secrets may still lie in the write-ahead log. */
const SCRUB_AFTER_MS = 60_000;
const LOOK_AGAIN_AFTER_MS = 3600_000;

/** What an {@link Upkeep} works on. */
export interface UpkeepParts {
  readonly db: Connection;
  readonly sql: Statements;
  readonly queue: CommitQueue;
  readonly clock: Clock;
  readonly retention: Retention;
}

/**
 * Removes closed jobs, the longest closed first, a few at a time; and, a minute after a job was
 * closed at the latest, what the write-ahead log still holds of its secrets: `secure_delete`
 * wipes them in the file, but not in the older copies of its pages.
 */
export class Upkeep {
  readonly #parts: UpkeepParts;
  #closedJobs: number;
  #isPruning = false;
  #stopPruning: (() => void) | undefined;
  #stopScrubbing: (() => void) | undefined;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
    this.#closedJobs = parts.sql.closedCount.get() ?? 0;
    this.#pruneIn(NEXT_TURN_MS);
  }

  jobClosed(): void {
    this.#closedJobs += 1;
    if (this.#closedJobs === this.#parts.retention.maxJobs + 1) this.#pruneIn(NEXT_TURN_MS);
    if (this.#stopScrubbing === undefined) this.#scrubLater();
  }

  stop(): void {
    this.#stopPruning?.();
    this.#stopScrubbing?.();
  }

  #pruneIn(ms: number): void {
    if (this.#isPruning) return;
    this.#stopPruning?.();
    this.#stopPruning = this.#callIn(ms, () => this.#prune());
  }

  #prune(): void {
    this.#isPruning = true;
    const pruned = (jobs: number): void => {
      this.#isPruning = false;
      this.#closedJobs -= jobs;
      const isMoreDue = jobs === JOBS_A_TURN || this.#closedJobs > this.#parts.retention.maxJobs;
      this.#pruneIn(isMoreDue ? NEXT_TURN_MS : LOOK_AGAIN_AFTER_MS);
    };
    this.#parts.queue
      .write({ apply: () => this.#deleteDue(), committed: pruned })
      // A store that was closed or is damaged tells those who have something to lose by it.
      .catch(() => undefined);
  }

  #deleteDue(): number {
    const { clock, retention, sql } = this.#parts;
    const tooMany = this.#closedJobs - retention.maxJobs;
    const oldest = clock.now() - retention.maxAgeMs;
    const due = sql.longestClosed
      .all(JOBS_A_TURN)
      .filter((job, index) => index < tooMany || job.closed_at < oldest);
    for (const job of due) sql.deleteJob.run(job.job_key);
    return due.length;
  }

  #scrubLater(): void {
    this.#stopScrubbing = this.#callIn(SCRUB_AFTER_MS, () => {
      this.#stopScrubbing = undefined;
      if (!this.#emptyWal()) this.#scrubLater();
    });
  }

  /** Whether it could be emptied: not while somebody reads, nor while the disk takes nothing. */
  #emptyWal(): boolean {
    try {
      const [result] = this.#parts.db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
      return result?.busy === 0;
    } catch {
      // The log stays whole as it is; if the disk is in trouble, the next commit says so.
      return false;
    }
  }

  #callIn(ms: number, callback: () => void): () => void {
    const { clock } = this.#parts;
    return clock.callAt(clock.now() + ms, callback);
  }
}
