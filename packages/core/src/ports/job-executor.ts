import type { Readable } from 'node:stream';

import type { TlsFiles } from '../job/job-event.ts';
import type { ArtifactEntry, Job } from '../job/job.ts';
import type { JobOutcome } from '../job/job-failure.ts';

/** Where a handler's code runs, and so what its failures can touch. */
export type Isolation = 'thread' | 'shared' | 'process';

/** What a user's module exports as its default. Every member but `step` is optional. */
export interface JobHandler {
  /** Called once for each step; throwing fails the step. May be synchronous. */
  step(ctx: StepContext): Promise<void> | void;
  /** Yields the files that may be uploaded; the payload's `paths` say which go where. */
  artifacts?(ctx: ArtifactsContext): AsyncIterable<ArtifactFile> | Iterable<ArtifactFile>;
  /** Called after the uploads, also after a crash of the thread, then in a new one. */
  cleanup?(ctx: CleanupContext): Promise<void> | void;
  /** Whether a step may be called again from its start after the runner was killed. */
  readonly resumable?: boolean;
  readonly isolation?: Isolation;
}

/** What every call of a handler gets. */
export interface JobScope {
  readonly job: Job;
  readonly log: JobLog;
  /** Aborts with one of `canceled`, `timeout`, `abort` as its reason; the thread ends after a grace. */
  readonly signal: AbortSignal;
  /** Absolute, one per job, the same after a resume, gone after the job. */
  readonly workdir: string;
  readonly dependencies: Iterable<Dependency>;
  /** The result of an earlier `once`, of this step or a named one; undefined where there is none. */
  recall<T = unknown>(key: string, step?: string): T | undefined;
}

export interface StepContext extends JobScope {
  /** `script`, `after_script`, or the step's own name. */
  readonly phase: string;
  readonly script: readonly string[];
  /** `success`, `failed`, `canceled` or `timedout`: `CI_JOB_STATUS` as it stands. */
  readonly jobStatus: string;
  /**
   * Does a piece of work once: a result that was committed before a crash is returned without
   * doing it again.
   *
   * The result (JSON, or bytes up to 1 MiB) is durable before it is returned. A body that ran
   * when the process died runs again.
   */
  once<T>(
    key: string,
    body: (attempt: OnceAttempt) => Promise<T> | T,
    options?: OnceOptions,
  ): Promise<T>;
  /** Fails the step with one of GitLab's failure reasons, and an exit code where there is one. */
  fail(reason: string, exitCode?: number): never;
}

export interface OnceAttempt {
  readonly signal: AbortSignal;
  /** Counts from 1. */
  readonly attempt: number;
}

export interface OnceOptions {
  /** How often a body that throws is tried again. */
  readonly retries?: number;
  readonly timeoutMs?: number;
}

export interface ArtifactsContext extends JobScope {
  readonly outcome: OutcomeStatus;
}

export interface CleanupContext extends JobScope {
  readonly outcome: OutcomeStatus;
}

export type OutcomeStatus = 'success' | 'failed' | 'canceled' | 'abandoned';

/** A job's log. Calls keep their order; the promises wait under back-pressure. */
export interface JobLog {
  line(text: string): Promise<void>;
  write(bytes: string | Uint8Array): Promise<void>;
  /** Runs `body` inside a section that GitLab folds and times. */
  section<T>(name: string, body: () => Promise<T> | T, options?: SectionOptions): Promise<T>;
}

export interface SectionOptions {
  readonly title?: string;
  readonly collapsed?: boolean;
}

export type ArtifactContent = Readable | Uint8Array | string;

export type ArtifactFile =
  | { readonly path: string; open(): ArtifactContent | Promise<ArtifactContent> }
  | { readonly path: string; readonly data: Uint8Array | string };

/** The artifact of an earlier job. Downloaded when first asked for, once a job. */
export interface Dependency {
  readonly id: number;
  readonly name: string;
  /** The paths of the files in it; `[]` without an artifact, and no request is made. */
  files(): Promise<readonly string[]>;
  file(path: string): Promise<Readable>;
  /** The archive as it is; undefined without an artifact. */
  open(): Promise<Readable | undefined>;
  /** The downloaded archive's path, where it lies in a file of its own anyway. */
  archive?(): Promise<string | undefined>;
}

/**
 * A handler that ships with the product. It has stages beside the steps, a folder that outlives
 * the runner, and may let a step's process live on: `follow` brings its output into the spool.
 */
export interface JobExecutor {
  /** As it is called in `info.executor` and on the command line. */
  readonly name: string;
  readonly preparation: readonly string[];
  readonly conclusion: readonly string[];
  stage(ctx: StageContext): Promise<void>;
  step(ctx: ExecutorStepContext): Promise<void>;
  /** Packs one entry of the payload's `artifacts` into a file below `ctx.folder`. */
  pack(ctx: PackContext): Promise<PackedArtifact | undefined>;
  cleanup?(ctx: ExecutorScope & CleanupContext): Promise<void>;
  readonly isolation: Isolation;
  /** The stages that a job needs, where some would do nothing for it; all of them otherwise. */
  stagesOf?(job: Job): Pick<JobExecutor, 'preparation' | 'conclusion'>;
  /** What the log says of an artifact that GitLab accepted or refused, with its line ending. */
  uploadLine?(answer: UploadAnswer): string;
  /** The log's last line, with its line ending; undefined where the engine's own will do. */
  epilogue?(outcome: JobOutcome): string | undefined;
}

/** How GitLab answered the upload of one entry of the payload's `artifacts`. */
export interface UploadAnswer {
  readonly jobId: number;
  readonly entry: ArtifactEntry;
  readonly httpStatus: number;
  /** The status line's text, or the body's `message`. */
  readonly message: string;
}

export interface ExecutorScope extends JobScope {
  /** Absolute; the job's own folder, 0700, gone when the job is closed. */
  readonly folder: string;
  readonly runner: RunnerFacts;
  readonly jobStatus: string;
  /** Whether this call takes up what an earlier runner began. */
  readonly isResumed: boolean;
}

export interface StageContext extends ExecutorScope {
  readonly stage: string;
}

export interface ExecutorStepContext
  extends ExecutorScope, Pick<StepContext, 'phase' | 'script' | 'fail'> {
  readonly stepIndex: number;
  /** When the log took `step.starting`: a machine that booted later has lost the step's process. */
  readonly startingAt?: number;
  readonly limits: { readonly rawBytes: number };
  /** Tells the log that the step's process has claimed its step. */
  claimed(pid: number): void;
  /**
   * Masks what the step's process appends to `raw` into the spool until `ended` resolves and the
   * file is read to its end. After a restart it goes on at the last pair of offsets.
   */
  follow(raw: string, ended: Promise<unknown>): Promise<void>;
}

export interface PackContext extends ExecutorScope {
  readonly entry: number;
}

export interface PackedArtifact {
  readonly file: string;
  /** The name that GitLab shows. */
  readonly filename: string;
  readonly bytes: number;
}

/** What an executor must know of the runner that it runs for. */
export interface RunnerFacts {
  readonly name: string;
  readonly version: string;
  readonly revision: string;
  readonly shortToken: string;
  readonly systemId?: string;
  readonly storeId: string;
  readonly jobKey: number;
  /** Which of the runner's slots the job has, from 0: keeps build folders apart and warm. */
  readonly slot: number;
  readonly url: string;
  /** What `CI_SERVER_TLS_…` are made of. */
  readonly tls?: TlsFiles & {
    /** The certificates with which the server was verified, as PEM, its own first. */
    readonly chain?: string;
  };
  readonly cancelGraceMs: number;
}
