import { systemClock, type Logger } from '@fellrunner/core';
import type { StopMode } from '@fellrunner/engine';

import type { Fleet } from './fleet.ts';

/** How the command ends when it is asked to. */
export interface ShutdownOptions {
  readonly fleet: Fleet;
  readonly logger: Logger;
  /** What was asked for; else `detach` where every job can go on, `drain` otherwise. */
  readonly onStop: StopMode | undefined;
  /** Why the steps of the shell end with this process; undefined where they live on. */
  readonly endsSteps: string | undefined;
  /** Bounds drain and abort. */
  readonly timeoutMs: number;
  readonly cancelGraceMs: number;
}

/** Beside its grace, what an ended job needs to be recorded and told to GitLab. */
const RECORDING_MS = 2000;

/**
 * Stops the fleet: the first request's way, replaced by a later one's. What has no end within
 * the time limit is left to the next start where it can go on, and ended where it cannot.
 */
export class Shutdown {
  readonly #options: ShutdownOptions;
  /** How long drain and abort may take; it may change while the runner runs. */
  timeoutMs: number;
  readonly #requested = Promise.withResolvers<void>();
  #mode: StopMode | undefined;
  #cancelDeadline: () => void = () => undefined;
  /** Whether what is waited for before the detach has come about. */
  #mayDetach: (() => boolean) | undefined;

  constructor(options: ShutdownOptions) {
    this.#options = options;
    this.timeoutMs = options.timeoutMs;
  }

  /** Resolves at the first request to stop. */
  get requested(): Promise<void> {
    return this.#requested.promise;
  }

  get hasBegun(): boolean {
    return this.#mode !== undefined;
  }

  /** Stops in the way that was configured; a detach that would end steps is refused. */
  stop(): void {
    const { endsSteps, fleet, logger, onStop } = this.#options;
    const { mortal } = fleet;
    if (onStop === 'detach' && mortal.length > 0) {
      logger.warn({ jobs: ids(mortal) }, `jobs are waited for instead of detached: ${endsSteps}`);
      this.#begin('drain');
      return;
    }
    this.#begin(onStop ?? (fleet.bound.length === 0 ? 'detach' : 'drain'));
  }

  /** Finishes what runs, within the time limit. */
  drain(): void {
    this.#begin('drain');
  }

  /** Leaves each job to another process as soon as all can be left, and ends none. */
  handOver(): void {
    const { fleet, logger } = this.#options;
    const { bound } = fleet;
    if (bound.length === 0) {
      this.#begin('detach');
      return;
    }
    logger.warn({ jobs: ids(bound) }, 'jobs that cannot go on elsewhere are waited for');
    this.#enter('drain');
    this.#mayDetach = () => fleet.bound.length === 0;
  }

  /** To be called whenever something has become true of a job. */
  look(): void {
    if (this.#mayDetach?.() === true) this.#enter('detach');
  }

  #begin(mode: StopMode): void {
    const { fleet, logger } = this.#options;
    const jobs = fleet.jobs.length;
    logger.info({ mode, jobs }, 'stopping');
    this.#enter(mode);
    if (mode === 'detach') return;
    this.#giveUpAfter(this.timeoutMs, () => this.#endWhatIsBound());
  }

  #enter(mode: StopMode): void {
    this.#cancelDeadline();
    this.#mayDetach = undefined;
    this.#mode = mode;
    this.#requested.resolve();
    this.#options.fleet.stop(mode);
  }

  /** The time is over: what can go on is left, the rest is ended and has a moment to report it. */
  #endWhatIsBound(): void {
    const { cancelGraceMs, fleet, logger } = this.#options;
    const { bound } = fleet;
    const left = fleet.jobs.length - bound.length;
    logger.warn({ ended: ids(bound), left }, 'the time to stop is over');
    for (const job of bound) job.interrupt();
    this.#mayDetach = () => bound.every(({ state }) => state.name === 'finished.closed');
    this.#giveUpAfter(cancelGraceMs + RECORDING_MS, () => this.#enter('detach'));
    this.look();
  }

  #giveUpAfter(ms: number, action: () => void): void {
    this.#cancelDeadline = systemClock.callAt(Date.now() + ms, action);
  }
}

function ids(jobs: Fleet['jobs']): readonly number[] {
  return jobs.map(({ state }) => state.context.job.gitlabId);
}
