import type { RetrySpec } from '../control/wire-job-spec.ts';
import type { Job } from './job.ts';
import type { Jobs } from './jobs.ts';

/** Reasons after which GitLab never tries again by itself. */
const hopeless: readonly string[] = [
  'ci_quota_exceeded',
  'no_matching_runner',
  'missing_dependency_failure',
  'forward_deployment_failure',
  'environment_creation_failure',
];

/** Whether a job that has failed is to be done again, by its `retry`. */
export function deservesRetry(job: Job): boolean {
  const { retry, name } = job.definition;
  const { max = 0 } = retry;
  if (job.status !== 'failed' || hopeless.includes(job.failureReason ?? '')) return false;
  if (max === 0 || !covers(retry, job)) return false;
  const attempts = job.pipeline.jobs.filter(
    (other) => other.retried && other.definition.name === name,
  );
  return attempts.length < max;
}

function covers(retry: RetrySpec, { failureReason = '', exitCode }: Job): boolean {
  const codes = [retry.exit_codes ?? []].flat();
  if (exitCode !== undefined && codes.includes(exitCode)) return true;
  const reasons = [retry.when ?? (codes.length > 0 ? [] : 'always')].flat();
  return reasons.includes('always') || reasons.includes(failureReason);
}

/** A new job of the same definition; the old one does not count any more. */
export function retryJob(jobs: Jobs, job: Job): Job {
  job.retried = true;
  const again = jobs.create(job.definition);
  jobs.enqueue([again]);
  return again;
}
