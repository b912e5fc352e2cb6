import type { Job } from './job.ts';
import type { JobStatus } from './job-status.ts';

/** How several jobs stand together, in a pipeline or before a job. */
export type CompositeStatus = Exclude<JobStatus, 'canceling'>;

type Counted = JobStatus | 'warning' | 'ignored';

/** A job that may fail counts as passed; one that may stay undone does not count. */
function counted(job: Job): Counted {
  if (!job.allowFailure) return job.status;
  if (job.status === 'failed' || job.status === 'canceled') return 'warning';
  return job.status === 'manual' ? 'ignored' : job.status;
}

/** GitLab's summary of jobs, rule by rule in its order; of none at all it is success. */
export function compositeStatus(jobs: readonly Job[]): CompositeStatus {
  const found = new Set(jobs.map(counted));
  const only = (...statuses: Counted[]): boolean =>
    [...found].every((one) => statuses.includes(one));
  const any = (...statuses: Counted[]): boolean => statuses.some((one) => found.has(one));
  if (found.size > 0 && only('skipped', 'ignored')) return 'skipped';
  if (only('success', 'skipped', 'warning', 'ignored')) return 'success';
  if (only('created', 'warning', 'ignored')) return 'created';
  if (only('canceled', 'success', 'skipped', 'warning', 'ignored')) return 'canceled';
  if (only('pending', 'created', 'skipped', 'warning', 'ignored')) return 'pending';
  if (any('running', 'canceling', 'pending')) return 'running';
  if (any('manual')) return 'manual';
  if (any('scheduled')) return 'scheduled';
  return any('created') ? 'running' : 'failed';
}

/** The summary of the jobs that a job needs: it waits for every one, and is not run without one. */
export function neededStatus(needed: readonly Job[]): CompositeStatus {
  const statuses = needed.map(counted);
  if (statuses.includes('skipped')) return 'skipped';
  const open = statuses.some((one) => !['success', 'failed', 'canceled', 'warning'].includes(one));
  return open ? 'pending' : compositeStatus(needed);
}
