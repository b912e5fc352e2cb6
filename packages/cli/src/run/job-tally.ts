import type { JobObserver } from './observed-log.ts';

/** Counts how the jobs of this process ended. */
export class JobTally {
  done = 0;
  failed = 0;

  readonly observe: JobObserver = (_job, event) => {
    if (event.type !== 'job.finished') return;
    this.done += 1;
    if (event.data.outcome.status === 'failed') this.failed += 1;
  };
}
