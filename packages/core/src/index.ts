/**
 * The domain of a GitLab runner. Read `job/job-event.ts` first (all that can become true of a
 * job), then `job/job-machine.ts` (its life), then `job/next-action.ts` (what is to be done in
 * each state). `gitlab/` is GitLab's runner protocol, one call a file, each answer a union to be
 * switched over. `ports/` is what the other packages implement.
 *
 * @packageDocumentation
 */
export { faultPoint } from './fault-point.ts';
export { isRunnerError, messageOf, RunnerError, type RunnerErrorCode } from './errors.ts';
export { Connections, type ConnectionsOptions, type TlsMaterial } from './gitlab/connections.ts';
export { downloadArtifact, type DownloadAnswer } from './gitlab/download-artifact.ts';
export { GitLabClient, normaliseUrl, type GitLabClientOptions } from './gitlab/gitlab-client.ts';
export type { JobCredentials } from './gitlab/job-credentials.ts';
export { parseJob } from './gitlab/parse-job.ts';
export {
  patchTrace,
  type BytesInParts,
  type TraceAnswer,
  type TracePatch,
} from './gitlab/patch-trace.ts';
export { requestJob, type JobRequest, type JobRequestAnswer } from './gitlab/request-job.ts';
export { createRunnerInfo, type RunnerInfo, type RunnerInfoOptions } from './gitlab/runner-info.ts';
export { loadHttp } from './gitlab/undici.ts';
export { updateJob, type JobUpdate, type JobUpdateAnswer } from './gitlab/update-job.ts';
export {
  uploadArtifact,
  type ArtifactAnswer,
  type ArtifactUpload,
} from './gitlab/upload-artifact.ts';
export { verifyRunner, type VerifyAnswer } from './gitlab/verify-runner.ts';
export { parseGoBoolean } from './job/go-boolean.ts';
export { JobActor, type JobState, type JobStateName } from './job/job-actor.ts';
export {
  GRACE_AFTER_TIMEOUT_MS,
  isLastWork,
  jobStatus,
  nextTimeout,
  outcomeOf,
  type Ending,
  type JobContext,
  type Timeout,
} from './job/job-context.ts';
export type * from './job/job-event.ts';
export type * from './job/job.ts';
export {
  describeFailure,
  exitCodeOf,
  JobFailed,
  toFailureReason,
  type JobFailure,
  type JobOutcome,
  type WorkerCrash,
} from './job/job-failure.ts';
export { nextAction, type JobAction } from './job/next-action.ts';
export { findRegistryCredential } from './job/registry-credential.ts';
export { replayJob } from './job/replay-job.ts';
export { quoteForShell, toShell } from './job/to-shell.ts';
export { Variable, Variables, type VariableFields } from './job/variables.ts';
export { ansi } from './log/ansi.ts';
export { sectionEnd, sectionStart, type SectionMarkerOptions } from './log/section-marker.ts';
export { systemClock, type Clock } from './ports/clock.ts';
export type * from './ports/event-log.ts';
export type * from './ports/job-executor.ts';
export { silentLogger, type LogFields, type Logger } from './ports/logger.ts';
export { Secret } from './secret.ts';
