/**
 * A typed client for every call of GitLab's Runners API.
 *
 * Begin with `createManagement` in `management.ts`. `runners.ts` has the calls by a runner's id,
 * `project-runners.ts` and `group-runners.ts` those of a place, `runner-by-token.ts` those that a
 * runner makes with its own token. GitLab's spelling is in the files named `wire-…` alone; when a
 * call is sent again is decided in `retry-delay.ts`.
 *
 * @packageDocumentation
 */
export { createManagement, type Management } from './management.ts';
export type { ManagementOptions, Wait } from './management-options.ts';
export type { RetryOptions } from './retry-policy.ts';
export {
  isManagementError,
  ManagementError,
  type ManagementErrorCode,
  type ManagementErrorFacts,
} from './management-error.ts';
export { Secret, type TokenInput } from './secret.ts';
export type { Listing, Page, PageOptions } from './listing.ts';
export type { Runners } from './runners.ts';
export type { ProjectRunners } from './project-runners.ts';
export type { GroupRunners } from './group-runners.ts';
export type { JobRouter, RunnerByToken } from './runner-by-token.ts';
export type {
  Runner,
  RunnerAccessLevel,
  RunnerDetails,
  RunnerManager,
  RunnerStatus,
  RunnerType,
} from './runner.ts';
export type {
  DeprecatedRunnerStatus,
  RunnerFilter,
  RunnerJobFilter,
  RunnerStatusFilter,
  ScopedRunnerFilter,
} from './runner-filter.ts';
export type {
  DeletionOptions,
  NewRunner,
  RunnerAttributes,
  RunnerChanges,
  RunnerProcessInfo,
  RunnerRegistration,
} from './runner-attributes.ts';
export type { RunnerJob, RunnerJobStatus } from './runner-job.ts';
export type { CreatedRunner, IssuedToken, VerifiedRunner } from './runner-token.ts';
export type { GroupSummary, IdOrPath, ProjectSummary } from './place.ts';
export type { UserSummary } from './user-summary.ts';
