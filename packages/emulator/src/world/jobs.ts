import type { Clock } from '../clock.ts';
import type { Spool } from '../storage/spool.ts';
import { toFailureReason } from './failure-reason.ts';
import type { Ids } from './ids.ts';
import type { JobDefinition } from './job-definition.ts';
import { JobQueue } from './job-queue.ts';
import { isExecuting, isFinal, type JobStatus } from './job-status.ts';
import { Job } from './job.ts';
import type { Runner, RunnerManager } from './runner.ts';
import type { Runners } from './runners.ts';
import { newJobToken } from './tokens.ts';

const MAX_EXIT_CODE = 32_767;
const SMALL_LOG = 4 * 1024;

export interface JobsParts {
  readonly ids: Ids;
  readonly clock: Clock;
  readonly spool: Spool;
  readonly runners: Runners;
  /** Told of every job that has come to its end. */
  readonly onEnd: (job: Job) => void;
}

/** All jobs, and every way in which one changes its state. */
export class Jobs {
  readonly queue = new JobQueue();
  readonly #parts: JobsParts;
  readonly #byId = new Map<number, Job>();
  readonly #byToken = new Map<string, Job>();
  readonly #scheduled = new Map<Job, number>();

  constructor(parts: JobsParts) {
    this.#parts = parts;
  }

  get(id: number): Job | undefined {
    return this.#byId.get(id);
  }

  byToken(token: string): Job | undefined {
    return this.#byToken.get(token);
  }

  all(): IterableIterator<Job> {
    return this.#byId.values();
  }

  create(definition: JobDefinition): Job {
    const { ids, clock, spool } = this.#parts;
    const identity = { id: ids.next('job'), token: newJobToken(), createdAt: clock.now() };
    const job = new Job(identity, definition, spool);
    this.#byId.set(job.id, job);
    this.#byToken.set(job.token, job);
    definition.pipeline.jobs.push(job);
    return job;
  }

  /** Makes jobs pending; runners that may take them are told once. */
  enqueue(jobs: readonly Job[]): void {
    const demands = new Map(jobs.map((job) => [job.demand.key, job.demand]));
    for (const job of jobs) {
      job.status = 'pending';
      job.queuedAt = this.#parts.clock.now();
      this.queue.add(job);
      job.changed();
    }
    for (const demand of demands.values()) this.#parts.runners.tickSuitable(demand);
  }

  /** Takes a job out of the queue for a runner; its timeout is fixed with that. */
  assign(job: Job, runner: Runner, manager: RunnerManager): void {
    this.queue.remove(job);
    job.runner = runner;
    job.manager = manager;
    const { maximumTimeoutS = Infinity } = runner.attributes;
    job.timeoutS = Math.min(job.definition.timeoutS, maximumTimeoutS);
  }

  /** Gives back a job whose runner did not take it up. */
  requeue(job: Job): void {
    job.runner = undefined;
    job.manager = undefined;
    this.enqueue([job]);
  }

  /** An assigned job begins. */
  start(job: Job): void {
    job.awaiting = undefined;
    job.status = 'running';
    job.startedAt = this.#parts.clock.now();
    const { runner } = job;
    if (runner?.type === 'instance_type') job.project.runningOnInstanceRunners += 1;
    job.changed();
  }

  succeed(job: Job): void {
    this.#end(job, job.status === 'canceling' ? 'canceled' : 'success');
  }

  /** Fails a job; a job that was being canceled ends canceled. */
  drop(job: Job, reason: string | undefined, exitCode?: number): void {
    if (job.status === 'canceling') return this.#end(job, 'canceled');
    job.failureReason = toFailureReason(reason);
    if (exitCode !== undefined) {
      job.exitCode = Math.min(Math.max(exitCode, 0), MAX_EXIT_CODE);
      if (allowedExitCodes(job).includes(exitCode)) job.allowFailure = true;
    }
    this.#end(job, 'failed');
  }

  /**
   * Cancels as a user does: a running job whose manager can end gracefully is `canceling` first,
   * unless force is used.
   */
  cancel(job: Job, force = false): void {
    if (isFinal(job.status) || (job.status === 'canceling' && !force)) return;
    const gracefully = job.manager?.features['cancel_gracefully'] === true;
    if (job.status === 'running' && gracefully && !force) {
      job.status = 'canceling';
      job.changed();
    } else {
      this.#end(job, 'canceled');
    }
  }

  skip(job: Job): void {
    this.#end(job, 'skipped');
  }

  /** Waits for somebody to start it, or for its time. */
  park(job: Job, status: 'manual' | 'scheduled', dueInS: number): void {
    job.status = status;
    if (status === 'scheduled') this.#scheduled.set(job, this.#parts.clock.now() + dueInS * 1000);
    job.changed();
  }

  /** Starts what was waiting for a user or for its time. */
  play(job: Job): void {
    this.#scheduled.delete(job);
    if (job.status === 'manual' || job.status === 'scheduled') this.enqueue([job]);
  }

  /** Starts the delayed jobs whose time has come. */
  playDue(): void {
    const now = this.#parts.clock.now();
    for (const [job, dueAt] of this.#scheduled) if (dueAt <= now) this.play(job);
  }

  /** Removes what the job has left: its log and its artifacts. */
  erase(job: Job): void {
    job.erasedAt = this.#parts.clock.now();
    job.log.clear();
    job.artifacts.clear();
    job.changed();
  }

  #end(job: Job, status: JobStatus): void {
    if (isExecuting(job.status) && job.runner?.type === 'instance_type') {
      job.project.runningOnInstanceRunners -= 1;
    }
    this.queue.remove(job);
    this.#scheduled.delete(job);
    job.awaiting = undefined;
    job.status = status;
    job.finishedAt = this.#parts.clock.now();
    if (job.log.memorySize > SMALL_LOG) job.log.spill();
    this.#parts.onEnd(job);
    job.changed();
  }
}

function allowedExitCodes(job: Job): number[] {
  const allowed = job.definition.spec.allow_failure;
  if (typeof allowed !== 'object') return [];
  return [allowed.exit_codes].flat();
}
