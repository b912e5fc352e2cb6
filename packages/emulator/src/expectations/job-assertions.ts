import { AssertionError } from 'node:assert';
import {
  explain,
  failedWith,
  hasArtifact,
  hasTrace,
  succeeded,
  wasCanceled,
  type Finding,
} from './job-expectations.ts';
import { requireJob, type ObservedJob } from './observed-job.ts';

/** @throws AssertionError, whose message shows the end of the job's log; so do the others. */
export function assertSucceeded(job: ObservedJob): void {
  check(job, succeeded, assertSucceeded);
}

export function assertCanceled(job: ObservedJob): void {
  check(job, wasCanceled, assertCanceled);
}

/** With GitLab's word for the reason; an exit code that is left out may be any. */
export function assertFailedWith(job: ObservedJob, failureReason: string, exitCode?: number): void {
  check(job, (it) => failedWith(it, failureReason, exitCode), assertFailedWith);
}

/** A text is to be somewhere in the log, as it is. */
export function assertTrace(job: ObservedJob, expected: RegExp | string): void {
  check(job, (it) => hasTrace(it, expected), assertTrace);
}

/** `archive` or a type of report. With names, it must have these files and no others. */
export function assertArtifact(job: ObservedJob, type?: string, names?: readonly string[]): void {
  check(job, (it) => hasArtifact(it, type, names), assertArtifact);
}

/** A stack trace begins where the assertion was called. */
function check(
  job: ObservedJob,
  look: (job: ObservedJob) => Finding,
  stackStartFn: (job: ObservedJob, ...rest: never[]) => void,
): void {
  const finding = look(requireJob(job));
  if (!finding.holds) throw new AssertionError({ message: explain(job, finding), stackStartFn });
}
