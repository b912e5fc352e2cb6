import type { JobFailure, JobOutcome } from './job-failure.ts';

/**
 * Everything that can become true of a job, in the order in which it usually does.
 *
 * The union is the persisted format and the machine's input at once: what a store holds is what
 * {@link replayJob} feeds to the machine. The words are frozen; a new fact is a new member.
 */
export type JobEvent =
  | JobReceived
  | StageStarted
  | StageFinished
  | StepStarting
  | StepStarted
  | OnceCommitted
  | StepFinished
  | JobResumed
  | JobCancelRequested
  | JobTimedOut
  | JobInterrupted
  | JobAbandoned
  | ArtifactUploaded
  | ArtifactSkipped
  | ArtifactFailed
  | CleanupFinished
  | JobFinished
  | ReportDeferred
  | JobClosed;

/** An event without its place in a log: what the engine decides, before the log accepts it. */
interface Fact<Type extends string, Data> {
  readonly type: Type;
  /** When it became true, in milliseconds since 1970. */
  readonly at: number;
  readonly data: Data;
}

/** GitLab handed the job out, and all that is needed to go on with it is in the store. */
export type JobReceived = Fact<'job.received', ReceivedJob>;

/** One of the executor's own stages (sources, cache, …) began; it may be begun again. */
export type StageStarted = Fact<'stage.started', { readonly stage: string }>;

/** A stage ended; `failure` says that it did not do what it is for. */
export type StageFinished = Fact<
  'stage.finished',
  { readonly stage: string; readonly spoolSize: number; readonly failure?: JobFailure }
>;

/**
 * A step is about to begin: the log holds this before its process is spawned or its handler
 * called. What comes after `spoolOffset` in the spool is the step's own output.
 */
export type StepStarting = Fact<
  'step.starting',
  { readonly step: number; readonly spoolOffset: number; readonly maskerVersion: number }
>;

/** The step's process claimed its step: from here on it lives without the runner. */
export type StepStarted = Fact<'step.started', { readonly step: number; readonly pid: number }>;

/** A named piece of a handler's work is done, and its result is in the store. */
export type OnceCommitted = Fact<
  'once.committed',
  { readonly step: number; readonly key: string; readonly spoolOffset: number }
>;

/** A step ended, by itself or because it was made to. */
export type StepFinished = Fact<
  'step.finished',
  { readonly step: number; readonly spoolSize: number; readonly failure?: JobFailure }
>;

/** A runner found the job unfinished at its start and goes on with it. */
export type JobResumed = Fact<'job.resumed', { readonly runnerVersion: string }>;

/** Somebody canceled the job at GitLab, which still lets `after_script` run (`canceling`). */
export type JobCancelRequested = Fact<'job.cancel-requested', Record<string, never>>;

/** The job, or the step that runs, took longer than it may. */
export type JobTimedOut = Fact<
  'job.timed-out',
  { readonly scope: 'job' | 'step' | 'grace'; readonly limitMs: number }
>;

/** The runner was told to stop and to end its jobs. */
export type JobInterrupted = Fact<'job.interrupted', Record<string, never>>;

/** GitLab ended the job or took it away: no more of it is wanted, and no result. */
export type JobAbandoned = Fact<
  'job.abandoned',
  { readonly httpStatus: number; readonly jobStatus?: string }
>;

/** GitLab accepted an artifact; it is never sent again. */
export type ArtifactUploaded = Fact<
  'artifact.uploaded',
  { readonly entry: number; readonly bytes: number; readonly spoolSize: number }
>;

/** There was nothing to upload for an entry. */
export type ArtifactSkipped = Fact<
  'artifact.skipped',
  { readonly entry: number; readonly spoolSize: number }
>;

/** An artifact cannot be delivered, so the job fails. */
export type ArtifactFailed = Fact<
  'artifact.failed',
  { readonly entry: number; readonly failure: JobFailure; readonly spoolSize: number }
>;

/** The handler's `cleanup` ended; `error` is noted and changes no outcome. */
export type CleanupFinished = Fact<
  'cleanup.finished',
  { readonly error?: string; readonly spoolSize: number }
>;

/** The outcome stands. What follows is telling GitLab. */
export type JobFinished = Fact<
  'job.finished',
  { readonly outcome: JobOutcome; readonly spoolSize: number }
>;

/** The report could not be delivered for a reason that is new; it is tried on. */
export type ReportDeferred = Fact<'report.deferred', { readonly why: string }>;

/** GitLab has the result, or does not want it: nothing is left to do. */
export type JobClosed = Fact<
  'job.closed',
  { readonly httpStatus: number; readonly traceBytes: number; readonly traceChecksum: string }
>;

/** What a job needs to go on, whatever the configuration says later. None of it is secret. */
export interface ReceivedJob {
  /** GitLab's id, unique on its server only. */
  readonly gitlabId: number;
  /** The server's address, without `/api/v4`. */
  readonly url: string;
  /** The files with which TLS reaches the server; a job of an older runner has none noted. */
  readonly tls?: TlsFiles;
  /** The name of the runner that asked for it, as its configuration had it. */
  readonly runner: string;
  readonly name: string;
  readonly stage: string;
  readonly project: string;
  readonly timeoutMs: number;
  /** Which of the runner's places the job has: its build folder is named by it. */
  readonly slot: number;
  readonly steps: readonly ReceivedStep[];
  /** One for each entry of the payload's `artifacts`, in its order. */
  readonly artifacts: readonly { readonly when: When }[];
  readonly executor: ReceivedExecutor;
  /** Why the payload cannot be used; the job fails with it. */
  readonly unreadable?: string;
}

/** The files that TLS needs besides what the machine trusts; absolute paths. */
export interface TlsFiles {
  /** Authorities that may have signed the server's certificate. */
  readonly caFile?: string;
  /** The certificate that is shown to the server, and its key. */
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** When a step or an upload takes place, by what came before it. */
export type When = 'on_success' | 'on_failure' | 'always';

export interface ReceivedStep {
  readonly name: string;
  readonly when: When;
  readonly allowFailure: boolean;
  /** How long it may take, where it has a limit of its own. */
  readonly timeoutMs?: number;
}

/** Which module does the job, and what the machine must know of it. */
export interface ReceivedExecutor {
  /** The module's URL. */
  readonly module: string;
  /** What the module is configured with, as JSON; a module of the user's has none. */
  readonly options?: unknown;
  /** `shell` and the like, or `handler`. */
  readonly name: string;
  readonly isolation: 'thread' | 'shared' | 'process';
  readonly resumable: boolean;
  readonly cleans: boolean;
  /** Stages before the first step, and after the last. */
  readonly preparation: readonly string[];
  readonly conclusion: readonly string[];
}
