/**
 * Expectations of jobs, for tests: `jobMatchers` for Vitest and Jest, assertions for `node:test`
 * and whatever else reports what is thrown. What holds is judged in
 * `expectations/job-expectations.ts`.
 *
 * @packageDocumentation
 */
export type { ObservedJob } from './expectations/observed-job.ts';
export {
  assertArtifact,
  assertCanceled,
  assertFailedWith,
  assertSucceeded,
  assertTrace,
} from './expectations/job-assertions.ts';
export { jobMatchers, type JobMatchers } from './expectations/job-matchers.ts';
