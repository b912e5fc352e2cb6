import type { EmulatedJob } from '../emulated-job.ts';

/** What an expectation looks at in a job. */
export type ObservedJob = Pick<
  EmulatedJob,
  'id' | 'name' | 'status' | 'failureReason' | 'exitCode' | 'trace' | 'artifacts'
>;

const SHOWN_LINES = 20;

/** @throws where it is something else, such as the promise of a job. */
export function requireJob(job: unknown): ObservedJob {
  if (job instanceof Promise) {
    throw new TypeError('This is the promise of a job: await it, then look at the job.');
  }
  if (typeof job !== 'object' || job === null || !('failureReason' in job)) {
    throw new TypeError('This is no job of an emulator, as `gitlab.job(…)` gives it.');
  }
  return job as ObservedJob;
}

/** How the job stands, as the end of a sentence that begins with the job. */
export function describeState({ status, failureReason, exitCode }: ObservedJob): string {
  switch (status) {
    case 'success':
      return 'succeeded';
    case 'failed':
      return `failed with ${describeFailure(failureReason, exitCode)}`;
    case 'canceled':
    case 'skipped':
      return `was ${status}`;
    case 'pending':
      return 'is pending: no runner has asked for it yet';
    default:
      return `is ${status}`;
  }
}

export function describeFailure(reason: string | undefined, exitCode: number | undefined): string {
  const code = exitCode === undefined ? '' : ` (exit code ${exitCode})`;
  return `${reason ?? 'no reason'}${code}`;
}

/** The last lines of the job's log, for the end of a message. */
export function describeLog({ trace }: ObservedJob): string {
  if (trace === '') return 'Its log is empty.';
  const lines = trace.trimEnd().split('\n');
  const shown = lines.slice(-SHOWN_LINES).map((line) => `  ${line}`);
  const left = lines.length - shown.length;
  return [left > 0 ? `Its log, after ${left} lines:` : 'Its log:', ...shown].join('\n');
}
