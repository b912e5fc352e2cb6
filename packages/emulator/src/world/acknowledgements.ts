import type { Clock } from '../clock.ts';
import type { Job } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { Runner, RunnerManager } from './runner.ts';

/** Jobs that were handed out and still wait for their runner's word that it starts them. */
export class Acknowledgements {
  readonly #clock: Clock;
  readonly #jobs: Jobs;
  readonly #awaited = new Set<Job>();

  constructor(clock: Clock, jobs: Jobs) {
    this.#clock = clock;
    this.#jobs = jobs;
  }

  await(job: Job, runner: Runner, manager: RunnerManager, withinMs: number): void {
    this.#jobs.assign(job, runner, manager);
    job.awaiting = { deadlineAt: this.#clock.now() + withinMs, withinMs };
    this.#awaited.add(job);
    job.changed();
  }

  /** The runner is still preparing. */
  prolong(job: Job): void {
    if (job.awaiting === undefined) return;
    job.awaiting.deadlineAt = this.#clock.now() + job.awaiting.withinMs;
  }

  accept(job: Job): void {
    this.#awaited.delete(job);
    if (job.awaiting !== undefined) this.#jobs.start(job);
  }

  /** Gives jobs whose runner fell silent to the next one that asks. */
  requeueExpired(): void {
    const now = this.#clock.now();
    for (const job of this.#awaited) {
      if (job.awaiting !== undefined && job.awaiting.deadlineAt > now) continue;
      this.#awaited.delete(job);
      if (job.awaiting === undefined) continue;
      job.awaiting = undefined;
      this.#jobs.requeue(job);
    }
  }
}
