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

/** What `expect(job)` has once `expect.extend(jobMatchers)` was called; `R` is Jest's. */
export interface JobMatchers<R = void> {
  toHaveSucceeded(): R;
  toHaveBeenCanceled(): R;
  /** With GitLab's word for the reason; an exit code that is left out may be any. */
  toHaveFailedWith(failureReason: string, exitCode?: number): R;
  /** A text is to be somewhere in the log, as it is. */
  toHaveTrace(expected: RegExp | string): R;
  /** `archive` or a type of report. With names, it must have these files and no others. */
  toHaveArtifact(type?: string, names?: readonly string[]): R;
}

/** As Vitest and Jest take it from a matcher. */
interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** For `expect.extend` of Vitest and Jest; a failure's message shows the end of the job's log. */
export const jobMatchers = {
  toHaveSucceeded: (job: ObservedJob) => judge(job, succeeded),
  toHaveBeenCanceled: (job: ObservedJob) => judge(job, wasCanceled),
  toHaveFailedWith: (job: ObservedJob, failureReason: string, exitCode?: number) =>
    judge(job, (it) => failedWith(it, failureReason, exitCode)),
  toHaveTrace: (job: ObservedJob, expected: RegExp | string) =>
    judge(job, (it) => hasTrace(it, expected)),
  toHaveArtifact: (job: ObservedJob, type?: string, names?: readonly string[]) =>
    judge(job, (it) => hasArtifact(it, type, names)),
};

function judge(job: ObservedJob, look: (job: ObservedJob) => Finding): MatcherResult {
  const finding = look(requireJob(job));
  return { pass: finding.holds, message: () => explain(job, finding) };
}
