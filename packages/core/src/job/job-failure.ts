/**
 * Why a job failed, as data. A new member breaks the build where it must be answered for:
 * {@link toFailureReason} (GitLab's word) and {@link describeFailure} (the line people read).
 */
export type JobFailure =
  /** A step's process ended with another exit code than 0. */
  | { readonly reason: 'step-exited'; readonly step: string; readonly exitCode: number }
  /** A handler threw, or called `ctx.fail` with GitLab's own `failureReason`. */
  | {
      readonly reason: 'step-failed';
      readonly step: string;
      readonly message: string;
      readonly exitCode?: number;
      readonly failureReason?: string;
    }
  | { readonly reason: 'stage-failed'; readonly stage: string; readonly message: string }
  | { readonly reason: 'dependency-missing'; readonly message: string }
  | { readonly reason: 'job-timed-out'; readonly limitMs: number }
  | { readonly reason: 'step-timed-out'; readonly step: string; readonly limitMs: number }
  /** The handler's thread or process ended, and how. */
  | { readonly reason: 'worker-crashed'; readonly how: WorkerCrash; readonly message: string }
  /** In a shared thread: another job's handler took the thread along. */
  | { readonly reason: 'neighbor-crashed'; readonly neighbor: string; readonly message: string }
  /** A step's process is gone and left no exit code. */
  | { readonly reason: 'process-lost'; readonly step: string; readonly message: string }
  | { readonly reason: 'output-too-large'; readonly limitBytes: number }
  | { readonly reason: 'artifact-upload-failed'; readonly entry: number; readonly message: string }
  /** The runner was killed while a handler ran that does not say `resumable: true`. */
  | { readonly reason: 'not-resumable'; readonly step: string }
  | { readonly reason: 'once-not-replayed'; readonly keys: readonly string[] }
  | { readonly reason: 'handler-unusable'; readonly message: string }
  | { readonly reason: 'payload-unreadable'; readonly message: string }
  | { readonly reason: 'runner-shutdown' }
  /** Something of the runner's own: a full disk, a damaged spool, a bug. */
  | { readonly reason: 'runner-failed'; readonly message: string };

/** Thrown by an executor to fail its stage or step with a failure that it knows exactly. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed';
  readonly failure: JobFailure;

  constructor(failure: JobFailure, options?: ErrorOptions) {
    super(describeFailure(failure), options);
    this.failure = failure;
  }
}

export type WorkerCrash =
  | 'exited'
  | 'out-of-memory'
  | 'unhandled-rejection'
  | 'uncaught-exception'
  | 'unresponsive'
  | 'killed';

/** How a job ended. `abandoned`: GitLab took it away, and wants no result. */
export type JobOutcome =
  | { readonly status: 'success' }
  | { readonly status: 'failed'; readonly failure: JobFailure }
  | { readonly status: 'canceled' }
  | { readonly status: 'abandoned'; readonly httpStatus: number; readonly jobStatus?: string };

/**
 * GitLab's `failure_reason` for a failure, from the list in gitlab-runner's `common/network.go`
 * and GitLab's own enumeration.
 */
export function toFailureReason(failure: JobFailure): string {
  switch (failure.reason) {
    case 'step-exited':
    case 'output-too-large':
      return 'script_failure';
    case 'step-failed':
      return failure.failureReason ?? 'script_failure';
    case 'dependency-missing':
      return 'missing_dependency_failure';
    case 'job-timed-out':
    case 'step-timed-out':
      return 'job_execution_timeout';
    case 'handler-unusable':
      return 'runner_system_failure';
    case 'runner-shutdown':
      return 'runner_interrupted';
    case 'stage-failed':
    case 'worker-crashed':
    case 'neighbor-crashed':
    case 'process-lost':
    case 'artifact-upload-failed':
    case 'not-resumable':
    case 'once-not-replayed':
    case 'payload-unreadable':
    case 'runner-failed':
      return 'runner_system_failure';
  }
}

/** What follows "ERROR: Job failed: " in the job's log; one line, no secrets. */
export function describeFailure(failure: JobFailure): string {
  switch (failure.reason) {
    case 'step-exited':
      return `exit status ${failure.exitCode}`;
    case 'step-failed':
      return failure.exitCode === undefined
        ? failure.message
        : `${failure.message} (exit status ${failure.exitCode})`;
    case 'stage-failed':
      return `${failure.stage}: ${failure.message}`;
    case 'dependency-missing':
    case 'artifact-upload-failed':
    case 'handler-unusable':
    case 'runner-failed':
      return failure.message;
    case 'process-lost':
      return `(system failure) the process of ${failure.step} ended without an exit code: ${failure.message}`;
    case 'job-timed-out':
      return `execution took longer than ${formatDuration(failure.limitMs)}`;
    case 'step-timed-out':
      return `${failure.step} took longer than ${formatDuration(failure.limitMs)}`;
    case 'worker-crashed':
      return `(system failure) ${describeCrash(failure.how)}: ${failure.message}`;
    case 'neighbor-crashed':
      return `(system failure) job ${failure.neighbor}, in the same thread, ended it: ${failure.message}`;
    case 'output-too-large':
      return `the output of a step is larger than the ${failure.limitBytes} bytes that the runner keeps`;
    case 'not-resumable':
      return `(system failure) the runner was ended while ${failure.step} ran, and the handler is not resumable`;
    case 'once-not-replayed':
      return `(system failure) once-not-replayed: the handler did not ask again for ${failure.keys.join(', ')}; its code has changed since`;
    case 'payload-unreadable':
      return `(system failure) the runner cannot read what GitLab sent: ${failure.message}`;
    case 'runner-shutdown':
      return 'aborted: the runner was stopped';
  }
}

/** The exit code to report, where the failure has one. */
export function exitCodeOf(failure: JobFailure): number | undefined {
  return failure.reason === 'step-exited' || failure.reason === 'step-failed'
    ? failure.exitCode
    : undefined;
}

function describeCrash(how: WorkerCrash): string {
  switch (how) {
    case 'exited':
      return 'the handler ended its thread';
    case 'out-of-memory':
      return 'the handler ran out of memory';
    case 'unhandled-rejection':
      return 'the handler left a rejection unhandled';
    case 'uncaught-exception':
      return 'the handler threw outside of its step';
    case 'unresponsive':
      return 'the handler did not react and was ended';
    case 'killed':
      return 'the process of the handler was killed';
  }
}

/** `1h0m0s` as Go prints durations, since tools read gitlab-runner's "took longer than 1h0m0s". */
function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const first = parts.findIndex((part) => part > 0);
  const units = ['h', 'm', 's'];
  return first < 0
    ? '0s'
    : parts
        .map((part, i) => `${part}${units[i]}`)
        .slice(first)
        .join('');
}
