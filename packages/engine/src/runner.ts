import {
  messageOf,
  requestJob,
  RunnerError,
  verifyRunner,
  type JobKey,
  type JobRequestAnswer,
  type JobState,
} from '@fellrunner/core';

import { hasRoomOnDisk } from './disk-reserve.ts';
import { JobRequests } from './job-requests.ts';
import type { JobRun } from './job-run.ts';
import { removeOrphanFolders } from './orphan-folders.ts';
import { receiveJob, type Origin } from './received-job.ts';
import { toRunnerConfig, type RunnerConfig, type RunnerOptions } from './runner-options.ts';
import { RunnerSetup, type Prepared } from './runner-setup.ts';
import { Slots } from './slots.ts';
import { beginJob, resumeJob } from './start-job.ts';

/** How a runner stops: its jobs go on without it, are awaited, or are ended. */
export type StopMode = 'detach' | 'drain' | 'abort';

/**
 * Asks GitLab for jobs, runs them, reports them. What an earlier process left unfinished in the
 * store goes on first, whether GitLab can be reached or not.
 *
 * @example
 * ```ts
 * const runner = new Runner({ url, token, handler: new URL('./handler.ts', import.meta.url), store });
 * await runner.run({ signal });
 * ```
 */
export class Runner {
  readonly #config: RunnerConfig;
  readonly #setup: RunnerSetup;
  readonly #slots: Slots;
  readonly #jobs = new Set<JobRun>();
  /** Those of the jobs that still hold a slot. */
  readonly #running = new Set<JobRun>();
  readonly #stopped = Promise.withResolvers<void>();
  readonly #leaveSlots: (() => void) | undefined;
  #requests: JobRequests | undefined;
  #hasResumed = false;
  #taken = 0;
  #isReady = false;
  #isDetaching = false;
  #stopping: StopMode | undefined;

  constructor(options: RunnerOptions) {
    this.#config = toRunnerConfig(options);
    this.#setup = new RunnerSetup(this.#config);
    this.#slots = new Slots(this.#config.concurrency, this.#config.sharedSlots);
    this.#leaveSlots = this.#config.sharedSlots?.join(() => this.#onPlaces());
  }

  /** The jobs that are not closed, those that only report among them. */
  get jobs(): Iterable<JobRun> {
    return this.#jobs;
  }

  /** Whether every job that runs can be taken up by a later process. */
  get canDetach(): boolean {
    return [...this.#running].every(({ state }) => state.context.job.executor.resumable);
  }

  /**
   * Asks GitLab whether the token is good, and when it expires.
   *
   * @throws RunnerError `GITLAB_UNAUTHORIZED`, `GITLAB_UNREACHABLE`, `HANDLER_UNUSABLE`
   */
  async verify(): Promise<{ readonly expiresAt: Date | undefined }> {
    const { token, url } = this.#config;
    const { info, systemId } = await this.#setup.prepare();
    const answer = await verifyRunner(this.#setup.client, { token, systemId, info });
    if (answer.kind !== 'forbidden') {
      const expires = answer.kind === 'verified' ? answer.expiresAt : undefined;
      return { expiresAt: expires === undefined ? undefined : new Date(expires) };
    }
    throw new RunnerError(
      'GITLAB_UNAUTHORIZED',
      `The runner token was rejected by ${url} (${answer.status}); create a new one there, or check where this one comes from.`,
    );
  }

  /**
   * Runs until {@link stop} has completed, or until the jobs that `maxJobs` allows are reported.
   * An abort of the signal stops it in the way that suits its jobs.
   *
   * @throws RunnerError `HANDLER_UNUSABLE`
   */
  async run({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    // The clock's timers keep no process alive; a runner that waits for jobs does.
    const awake = setInterval(() => undefined, 2 ** 31 - 1);
    const endHealth = this.#config.store.onHealth(() => this.#requests?.poke());
    const onAbort = (): void => void this.stop();
    try {
      await this.#begin();
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted === true) onAbort();
      this.#requests?.poke();
      this.#endWhenDone();
      await this.#stopped.promise;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      endHealth();
      this.#leaveSlots?.();
      clearInterval(awake);
      await this.#setup[Symbol.asyncDispose]();
    }
  }

  /**
   * Stops. A later call with another mode replaces an earlier one, except that a detach is final.
   * Without a mode: `detach` where every running job can go on, else `drain`.
   */
  async stop(mode: StopMode = this.canDetach ? 'detach' : 'drain'): Promise<void> {
    if (this.#isDetaching) return;
    this.#stopping = mode;
    // What the store holds is taken up first: it is to be stopped as well.
    if (!this.#isReady) return;
    this.#isDetaching = mode === 'detach';
    await this.#requests?.stop();
    if (mode === 'abort') for (const job of this.#jobs) job.interrupt();
    if (mode === 'detach') {
      await Promise.all([...this.#jobs].map((job) => job.detach()));
      this.#stopped.resolve();
    }
    this.#endWhenDone();
  }

  /** Takes up what the store holds; what came in the way of a stop meanwhile happens now. */
  async #begin(): Promise<void> {
    const prepared = await this.#setup.prepare();
    this.#requests = this.#createRequests(prepared);
    await removeOrphanFolders(this.#config.store, this.#config.logger);
    await this.#resume();
    this.#hasResumed = true;
    this.#isReady = true;
    if (this.#stopping !== undefined) await this.stop(this.#stopping);
  }

  #createRequests(prepared: Prepared): JobRequests {
    const { token, clock, logger, checkIntervalMs, sharedSlots } = this.#config;
    const { systemId, info } = prepared;
    const ask = (lastUpdate: string | undefined, closer: AbortSignal): Promise<JobRequestAnswer> =>
      requestJob(this.#setup.client, { token, systemId, info, lastUpdate }, closer);
    return new JobRequests({
      clock,
      logger,
      checkIntervalMs,
      ask: (lastUpdate, closer) =>
        sharedSlots === undefined
          ? ask(lastUpdate, closer)
          : sharedSlots.whileAsking(() =>
              ask(sharedSlots.isScarce ? undefined : lastUpdate, closer),
            ),
      room: (inFlight) => this.#room(inFlight),
      onJob: (payload) => this.#claim(payload, prepared),
    });
  }

  /** Another runner has freed a place, or taken the last job that may be asked for. */
  #onPlaces(): void {
    if (!this.#hasResumed) return;
    this.#requests?.poke();
    this.#endWhenDone();
  }

  /** How many more jobs may be asked for: only what can be kept is taken. */
  #room(inFlight: number): number {
    const { maxJobs = Infinity, requestConcurrency, sharedSlots, store } = this.#config;
    const canKeep = store.health.writable && hasRoomOnDisk(store.jobsDir);
    if (this.#stopping !== undefined || !canKeep) return 0;
    const own = Math.min(this.#slots.free, maxJobs - this.#taken) - inFlight;
    return Math.min(own, requestConcurrency - inFlight, sharedSlots?.free ?? Infinity);
  }

  #claim(payload: string, { module, services }: Prepared): void {
    const { name, logger, tls } = this.#config;
    this.#taken += 1;
    this.#config.sharedSlots?.countJob();
    const { executor, own } = module;
    const url = this.#setup.client.url;
    const slot = this.#slots.take();
    const stagesOf: Origin['stagesOf'] = (job) => own?.stagesOf?.(job);
    const origin = { url, tls, runner: name, executor, slot, stagesOf };
    try {
      const reception = receiveJob(payload, origin);
      const job = beginJob({ services, listener: this.#listener }, payload, reception);
      this.#add(job);
      if (this.#stopping === 'detach') void job.detach();
    } catch (error) {
      this.#slots.release(slot);
      logger.error({}, messageOf(error));
      this.#endWhenDone();
    }
  }

  /** Goes on with everything unfinished, beyond the slots if need be; together, to share commits. */
  async #resume(): Promise<void> {
    const keys = await this.#config.store.unfinished();
    await Promise.all(keys.map((key) => this.#resumeJob(key)));
  }

  async #resumeJob(key: JobKey): Promise<void> {
    const { store, adopts, logger } = this.#config;
    try {
      const [received] = await store.read(key);
      if (received?.type !== 'job.received' || !adopts(received.data)) return;
      const services = await this.#setup.servicesFor(received.data);
      this.#add(await resumeJob({ services, listener: this.#listener }, key));
    } catch (error) {
      // It is left as it is: `fellrunner check` tells more, and sets it aside where it may.
      logger.error({ jobKey: key }, `a job cannot go on: ${messageOf(error)}`);
    }
  }

  #add(job: JobRun): void {
    this.#jobs.add(job);
    if (job.state.context.outcome !== undefined) return;
    this.#running.add(job);
    this.#slots.keep(job.slot);
  }

  readonly #listener = {
    onState: (job: JobRun, state: JobState): void => {
      if (state.context.outcome === undefined || !this.#running.delete(job)) return;
      this.#slots.release(job.slot);
      this.#requests?.poke();
    },
    onClosed: (job: JobRun): void => {
      this.#jobs.delete(job);
      this.#endWhenDone();
    },
  };

  #endWhenDone(): void {
    const { maxJobs = Infinity, sharedSlots } = this.#config;
    const isSpent = this.#taken >= maxJobs || sharedSlots?.isSpent === true;
    const wantsMore = this.#stopping === undefined && !isSpent;
    if (!wantsMore && this.#jobs.size === 0) this.#stopped.resolve();
  }
}
