import type { JobKey } from '@fellrunner/core';

import { query, type Connection } from '../connection.ts';
import { decodeLog, type EventRow } from '../decode-event.ts';
import type { JobVault } from '../job-vault.ts';
import { replayLog, type JobRow } from '../reader/job-summary.ts';
import type { Finding } from './store-check.ts';

/** What the jobs of a store are judged by. */
export interface JobCheck {
  readonly db: Connection;
  readonly vault: JobVault;
  readonly keyFile: string;
  readonly now: number;
}

type CheckedRow = JobRow & { readonly wrapped_key: Buffer | null };

/** Goes through the jobs one by one, those aside that were set aside before. */
export function findJobProblems(check: JobCheck): readonly Finding[] {
  const rows = query<[], CheckedRow>(
    check.db,
    `SELECT jobs.*, wrapped_key FROM jobs LEFT JOIN open_jobs USING (job_key)
     WHERE quarantined IS NULL ORDER BY job_key`,
  ).all();
  const events = query<[JobKey], EventRow>(
    check.db,
    'SELECT * FROM events WHERE job_key = ? ORDER BY position',
  );
  return rows.flatMap((row) => checkJob(check, row, events.all(row.job_key)));
}

function checkJob(check: JobCheck, row: CheckedRow, events: readonly EventRow[]): Finding[] {
  const state = replayLog(decodeLog(events));
  const asides = (kind: Finding['kind'], what: string): Finding => setAside(check, row, kind, what);
  if (typeof state === 'string') return [asides('log', `its log leads nowhere: ${state}`)];
  const isClosed = state.name === 'finished.closed';
  if (!isClosed && row.wrapped_key === null)
    return [asides('rows', 'its key and payload are gone')];
  if (isClosed && (row.wrapped_key !== null || row.closed_at === null)) {
    return [leftOpen(check, row, events.at(-1)?.at ?? check.now)];
  }
  if (row.wrapped_key !== null && check.vault.unwrap(row.job_key, row.wrapped_key) === undefined) {
    return [keyLost(check, row)];
  }
  return [];
}

function setAside(check: JobCheck, row: JobRow, kind: Finding['kind'], what: string): Finding {
  return {
    kind,
    jobKey: row.job_key,
    message:
      `Job ${row.gitlab_id} of ${row.url} cannot be gone on with: ${what}. Mending sets it ` +
      `aside and removes its secrets; GitLab ends it by its own timeout.`,
    mend: () => {
      close(check.db, row.job_key, check.now);
      query<[string, JobKey]>(check.db, 'UPDATE jobs SET quarantined = ? WHERE job_key = ?').run(
        what,
        row.job_key,
      );
    },
  };
}

function leftOpen(check: JobCheck, row: JobRow, closedAt: number): Finding {
  return {
    kind: 'rows',
    jobKey: row.job_key,
    message: `Job ${row.gitlab_id} of ${row.url} is closed, but not its rows; mending closes them.`,
    mend: () => close(check.db, row.job_key, closedAt),
  };
}

function keyLost(check: JobCheck, row: JobRow): Finding {
  return {
    kind: 'key',
    jobKey: row.job_key,
    message:
      `Job ${row.gitlab_id} of ${row.url} needs a key that is not in ${check.keyFile}: put the ` +
      `old one back as another line, or the runner abandons the job at its next start.`,
  };
}

function close(db: Connection, jobKey: JobKey, closedAt: number): void {
  query<[JobKey]>(db, 'DELETE FROM open_jobs WHERE job_key = ?').run(jobKey);
  query<[number, JobKey]>(db, 'UPDATE jobs SET closed_at = ? WHERE job_key = ?').run(
    closedAt,
    jobKey,
  );
}
