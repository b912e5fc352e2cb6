import { ByteLog } from '../storage/byte-log.ts';
import type { Spool } from '../storage/spool.ts';
import type { Artifact } from './artifact.ts';
import type { JobDefinition } from './job-definition.ts';
import type { JobStatus } from './job-status.ts';
import type { Pipeline } from './pipeline.ts';
import type { Project } from './project.ts';
import type { RunnerManager, Runner } from './runner.ts';
import type { Demand } from './runner-match.ts';

const LOG_MEMORY_LIMIT = 64 * 1024;

/** A manager that was given the job, and has yet to say that it starts it (two-phase commit). */
export interface Acknowledgement {
  /** How long it may be silent. */
  readonly withinMs: number;
  /** After this the job goes back to the queue. */
  deadlineAt: number;
}

/** A job: its definition, where it stands, and what its runner has sent. */
export class Job {
  readonly id: number;
  readonly token: string;
  readonly definition: JobDefinition;
  readonly createdAt: number;
  readonly log: ByteLog;
  readonly artifacts = new Map<string, Artifact>();
  status: JobStatus = 'created';
  /** In the queue, waiting for a runner. */
  queued = false;
  allowFailure: boolean;
  queuedAt: number | undefined;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  erasedAt: number | undefined;
  failureReason: string | undefined;
  exitCode: number | undefined;
  runner: Runner | undefined;
  manager: RunnerManager | undefined;
  awaiting: Acknowledgement | undefined;
  timeoutS: number;
  watched = false;
  /** When the first update with a checksum came; later ones do not change it. */
  pendingSince: number | undefined;
  /** When the log's latest bytes are flushed: never before an update with a checksum asks for it. */
  flushedAt: number | undefined;
  unflushed = false;
  /** A later job does its work again. */
  retried = false;
  #listeners: Set<() => void> | undefined;

  constructor(
    identity: { id: number; token: string; createdAt: number },
    definition: JobDefinition,
    spool: Spool,
  ) {
    this.id = identity.id;
    this.token = identity.token;
    this.createdAt = identity.createdAt;
    this.definition = definition;
    this.timeoutS = definition.timeoutS;
    this.allowFailure = definition.spec.allow_failure === true;
    this.log = new ByteLog(spool, LOG_MEMORY_LIMIT);
  }

  get demand(): Demand {
    return this.definition.demand;
  }

  get pipeline(): Pipeline {
    return this.definition.pipeline;
  }

  get project(): Project {
    return this.definition.demand.project;
  }

  /** Tells everybody who watches that something about the job is different. */
  changed(): void {
    if (this.#listeners === undefined) return;
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return () => this.#listeners?.delete(listener);
  }
}
