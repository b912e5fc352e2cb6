import {
  createRunnerInfo,
  loadHttp,
  type GitLabClient,
  type ReceivedJob,
  type RunnerInfo,
} from '@fellrunner/core';

import { describeModule, type DescribedModule } from './describe-module.ts';
import type { JobServices } from './job-services.ts';
import { WorkerPools } from './pool/worker-pools.ts';
import type { RunnerConfig } from './runner-options.ts';
import { Servers } from './servers.ts';
import { shortToken } from './short-token.ts';
import { systemIdOf } from './system-id.ts';
import { PatchSize } from './trace/patch-size.ts';
import { VERSION } from './version.ts';

const SLOW_LOAD_MS = 10_000;

/** What a runner knows of itself once its handler is loaded. */
export interface Prepared {
  readonly systemId: string;
  readonly info: RunnerInfo;
  readonly module: DescribedModule;
  readonly services: JobServices;
}

/** All that a runner's jobs share: the connections, the threads, the handler's module. */
export class RunnerSetup implements AsyncDisposable {
  readonly #config: RunnerConfig;
  readonly #servers: Servers;
  readonly #pools: WorkerPools;
  #prepared: Promise<Prepared> | undefined;

  /** @throws RunnerError `CONFIG_INVALID` */
  constructor(config: RunnerConfig) {
    const { concurrency, env, heapLimitMb, memoryLimitMb, sharedThreads } = config;
    const memoryLimitBytes = memoryLimitMb * 1024 ** 2;
    this.#config = config;
    this.#servers = new Servers(config);
    this.#pools = new WorkerPools({
      concurrency,
      sharedThreads,
      env,
      heapLimitMb,
      memoryLimitBytes,
    });
  }

  /** The runner's own server. */
  get client(): GitLabClient {
    return this.#servers.own.client;
  }

  /**
   * Loads the handler and finds out who this runner is; once, however often it is asked.
   *
   * @throws RunnerError `HANDLER_UNUSABLE`
   */
  prepare(): Promise<Prepared> {
    this.#prepared ??= this.#prepare();
    return this.#prepared;
  }

  /**
   * A job goes back to the server that it came from, whatever the configuration says since. An
   * executor that ships is the one of this version, wherever the earlier version was installed.
   */
  async servicesFor({ executor: { module, name }, ...job }: ReceivedJob): Promise<JobServices> {
    const { module: own, services } = await this.prepare();
    const isOwn = own.own?.name === name || own.executor.module === module;
    const { client, facts, network } = this.#servers.of(job);
    return {
      ...services,
      client,
      network,
      server: facts,
      executor: isOwn ? own.own : undefined,
      module: isOwn ? own.executor.module : module,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pools[Symbol.asyncDispose]();
    await this.#servers[Symbol.asyncDispose]();
  }

  async #prepare(): Promise<Prepared> {
    const { store, info: own = {} } = this.#config;
    const loading = this.#loadHandler();
    // A thread takes its time to start; so does what the first request needs.
    loadHttp();
    const [module, ownId] = await Promise.all([
      loading,
      this.#config.systemId ?? systemIdOf(store),
    ]);
    const systemId = ownId.slice(0, 64);
    const { version = VERSION, revision = 'unknown' } = own;
    const { platform = process.platform, architecture = process.arch, labels = {} } = own;
    const { name } = module.executor;
    const executor = name === 'handler' ? 'custom' : name;
    const facts = { version, revision, platform, architecture };
    const info = createRunnerInfo({ ...facts, executor, labels });
    return { systemId, info, module, services: this.#services(module, info, systemId) };
  }

  /** Tells of a handler that takes its time: its import may wait for something that never comes. */
  async #loadHandler(): Promise<DescribedModule> {
    const { clock, handler, handlerOptions, logger } = this.#config;
    const url = String(handler);
    const tell = (): void => logger.warn({ handler: url }, 'the handler is still being loaded');
    const loaded = clock.callAt(clock.now() + SLOW_LOAD_MS, tell);
    try {
      const module = await describeModule(this.#pools, url, handlerOptions);
      if (module.executor.isolation === 'shared') this.#warmUp(url);
      return module;
    } finally {
      loaded();
    }
  }

  /** The first job would wait for its thread to start; where it cannot the job's own call says so. */
  #warmUp(module: string): void {
    const { handlerOptions: options } = this.#config;
    this.#pools.call('shared', { what: 'describe', module, options }, () => undefined);
  }

  #services(module: DescribedModule, info: RunnerInfo, systemId: string): JobServices {
    const { cancelGraceMs, clock, logger, name, outputLimitBytes, store, token, url } =
      this.#config;
    const { version, revision } = info;
    const { storeId, jobsDir } = store;
    const { client, facts, network } = this.#servers.own;
    return {
      log: store,
      client,
      network,
      pools: this.#pools,
      clock,
      logger,
      info,
      executor: module.own,
      module: module.executor.module,
      patchSize: new PatchSize(),
      server: facts,
      jobsDir,
      outputLimitBytes,
      cancelGraceMs,
      runner: {
        name,
        version,
        revision,
        shortToken: shortToken(token),
        storeId,
        systemId,
        url,
        cancelGraceMs,
      },
    };
  }
}
