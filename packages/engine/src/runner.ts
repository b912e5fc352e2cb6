import {
  createRunnerInfo,
  GitLabClient,
  requestJob,
  RunnerError,
  verifyRunner,
  type JobKey,
  type JobRequestAnswer,
  type JobState,
  type ReceivedJob,
  type RunnerInfo,
} from '@fellrunner/core';

import { describeModule, type DescribedModule } from './describe-module.ts';
import { hasRoomOnDisk } from './disk-reserve.ts';
import { JobRequests } from './job-requests.ts';
import { JobRun } from './job-run.ts';
import type { JobServices } from './job-services.ts';
import { WorkerPools } from './pool/worker-pools.ts';
import { receiveJob } from './received-job.ts';
import { toRunnerConfig, type RunnerConfig, type RunnerOptions } from './runner-options.ts';
import { Slots } from './slots.ts';
import { systemIdOf } from './system-id.ts';
import { PatchSize } from './trace/trace-sender.ts';
import { VERSION } from './version.ts';

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
  readonly #client: GitLabClient;
  readonly #clients = new Map<string, GitLabClient>();
  readonly #pools: WorkerPools;
  readonly #slots: Slots;
  readonly #jobs = new Set<JobRun>();
  /** Those of the jobs that still hold a slot. */
  readonly #running = new Set<JobRun>();
  readonly #stopped = Promise.withResolvers<void>();
  #requests: JobRequests | undefined;
  #services: JobServices | undefined;
  #module: DescribedModule | undefined;
  #taken = 0;
  #stopping: StopMode | undefined;

  constructor(options: RunnerOptions) {
    this.#config = toRunnerConfig(options);
    const { concurrency, dispatcher, env, heapLimitMb, sharedThreads, url } = this.#config;
    const userAgent = `fellrunner ${VERSION}`;
    this.#client = new GitLabClient({ url, userAgent, ...(dispatcher && { dispatcher }) });
    this.#clients.set(this.#client.url, this.#client);
    this.#pools = new WorkerPools({ concurrency, sharedThreads, env, heapLimitMb });
    this.#slots = new Slots(concurrency);
  }

  /** Where each unfinished job stands, in no order. */
  get jobs(): Iterable<JobRun> {
    return this.#jobs;
  }

  /**
   * Asks GitLab whether the token is good.
   *
   * @throws RunnerError `GITLAB_UNAUTHORIZED`, `GITLAB_UNREACHABLE`
   */
  async verify(): Promise<void> {
    const { token, url } = this.#config;
    const { info, systemId } = await this.#prepare();
    const answer = await verifyRunner(this.#client, { token, systemId, info });
    if (answer.kind === 'forbidden') {
      throw new RunnerError(
        'GITLAB_UNAUTHORIZED',
        `The runner token was rejected by ${url} (${answer.status}); create a new one there, or check where this one comes from.`,
      );
    }
  }

  /**
   * Runs until {@link stop} has completed, or until the jobs that `maxJobs` allows are reported.
   * An abort of the signal stops it with its default mode.
   */
  async run({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { systemId, info } = await this.#prepare();
    signal?.addEventListener('abort', () => void this.stop(), { once: true });
    await this.#resume();
    const { token, clock, logger, checkIntervalMs, store } = this.#config;
    this.#requests = new JobRequests({
      clock,
      logger,
      checkIntervalMs,
      ask: (lastUpdate, closer): Promise<JobRequestAnswer> =>
        requestJob(this.#client, { token, systemId, info, lastUpdate }, closer),
      room: (inFlight) => this.#room(inFlight),
      onJob: (payload) => this.#claim(payload),
    });
    const endHealth = store.onHealth(() => this.#requests?.poke());
    if (signal?.aborted === true) void this.stop();
    this.#requests.poke();
    this.#endWhenDone();
    // The clock's timers keep no process alive; a runner that waits for jobs does.
    const awake = setInterval(() => undefined, 2 ** 31 - 1);
    await this.#stopped.promise;
    clearInterval(awake);
    endHealth();
    await this.#pools[Symbol.asyncDispose]();
    await Promise.all([...this.#clients.values()].map((client) => client[Symbol.asyncDispose]()));
  }

  /** Whether every job that runs can be taken up by a later process. */
  get canDetach(): boolean {
    return [...this.#jobs].every(
      ({ state }) => isReporting(state) || state.context.job.executor.resumable,
    );
  }

  /**
   * Stops; a later call with another mode replaces an earlier one, except that a detach is final.
   * Without a mode: `detach` where every running job can go on, else `drain`.
   */
  async stop(mode: StopMode = this.canDetach ? 'detach' : 'drain'): Promise<void> {
    if (this.#stopping === 'detach') return;
    this.#stopping = mode;
    await this.#requests?.stop();
    if (mode === 'abort') for (const job of this.#jobs) job.interrupt();
    if (mode === 'detach') {
      await Promise.all([...this.#jobs].map((job) => job.detach()));
      this.#stopped.resolve();
    }
    this.#endWhenDone();
  }

  async #prepare(): Promise<{ systemId: string; info: RunnerInfo }> {
    const { clock, handler, handlerOptions, logger, store, token, url, name } = this.#config;
    const { cancelGraceMs, outputLimitBytes } = this.#config;
    const module = typeof handler === 'string' ? handler : handler.href;
    this.#module ??= await describeModule(this.#pools, module, handlerOptions);
    const {
      version = VERSION,
      revision = 'unknown',
      platform,
      architecture,
    } = this.#config.info ?? {};
    const { name: executorName } = this.#module.executor;
    const executor = executorName === 'handler' ? 'custom' : executorName;
    const info = createRunnerInfo({ version, revision, platform, architecture, executor });
    const systemId = (this.#config.systemId ?? (await systemIdOf(store))).slice(0, 64);
    this.#services ??= {
      log: store,
      client: this.#client,
      pools: this.#pools,
      clock,
      logger,
      info,
      executor: this.#module.own,
      patchSize: new PatchSize(),
      jobsDir: store.jobsDir,
      outputLimitBytes,
      cancelGraceMs,
      runner: {
        name,
        version,
        revision,
        shortToken: shorten(token),
        storeId: store.storeId,
        systemId,
        url,
        cancelGraceMs,
      },
    };
    return { systemId, info };
  }

  /** How many more jobs may be asked for. */
  #room(inFlight: number): number {
    const { maxJobs = Infinity, store } = this.#config;
    if (this.#stopping !== undefined || !store.health.writable || !hasRoomOnDisk(store.jobsDir))
      return 0;
    return Math.min(this.#slots.free, maxJobs - this.#taken) - inFlight;
  }

  #claim(payload: string): void {
    const { url, name, logger } = this.#config;
    if (this.#services === undefined || this.#module === undefined) return;
    const { executor, own } = this.#module;
    this.#taken += 1;
    try {
      const reception = receiveJob(payload, {
        url: this.#client.url,
        runner: name,
        executor,
        stagesOf: own?.stagesOf,
      });
      const slot = this.#slots.take();
      const job = JobRun.begin(this.#services, this.#listener, slot, payload, reception);
      this.#add(job);
      if (this.#stopping === 'detach') void job.detach();
    } catch (error) {
      logger.error({ url }, error instanceof Error ? error.message : String(error));
    }
  }

  /** Goes on with everything unfinished, oldest first, beyond the limit of jobs at once if need be. */
  async #resume(): Promise<void> {
    const { store, adopts, logger } = this.#config;
    for (const key of await store.unfinished()) {
      const [received] = await store.read(key);
      if (received?.type !== 'job.received' || !adopts(received.data)) continue;
      try {
        const services = await this.#servicesFor(received.data);
        this.#add(await JobRun.resume(services, this.#listener, this.#slots.take(), key));
      } catch (error) {
        const { gitlabId } = received.data;
        logger.error(
          { job: gitlabId },
          `the job cannot go on: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }

  #add(job: JobRun): void {
    this.#jobs.add(job);
    this.#running.add(job);
  }

  /** A job goes back to the server that it came from, whatever the configuration says since. */
  async #servicesFor({ url, executor }: ReceivedJob): Promise<JobServices> {
    if (this.#services === undefined) throw new Error('The runner is not prepared.');
    let client = this.#clients.get(url);
    if (client === undefined) {
      client = new GitLabClient({ url, userAgent: `fellrunner ${VERSION}` });
      this.#clients.set(url, client);
    }
    const isOwn = executor.module === this.#module?.executor.module;
    return { ...this.#services, client, executor: isOwn ? this.#module?.own : undefined };
  }

  readonly #listener = {
    onState: (job: JobRun, state: JobState): void => {
      if (!isReporting(state) || !this.#running.delete(job)) return;
      this.#slots.release(job.slot);
      this.#requests?.poke();
    },
    onClosed: (job: JobRun): void => {
      this.#jobs.delete(job);
      this.#endWhenDone();
    },
  };

  #endWhenDone(): void {
    const { maxJobs = Infinity } = this.#config;
    const wantsMore = this.#stopping === undefined && this.#taken < maxJobs;
    if (!wantsMore && this.#jobs.size === 0) this.#stopped.resolve();
  }
}

function isReporting(state: JobState): boolean {
  return state.name === 'finished.reporting' || state.name === 'finished.closed';
}

/** The part of a token that gitlab-runner shows and names build folders by. */
function shorten(token: string): string {
  return token.replace(/^glrtr?-(t\d_)?/, '').slice(0, 9);
}
