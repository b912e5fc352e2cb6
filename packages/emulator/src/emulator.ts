import { routeApi } from './api/routes.ts';
import { createJobs } from './control/jobs.ts';
import { createPipeline, type PipelineSpec } from './control/pipelines.ts';
import { routeControl } from './control/routes.ts';
import { viewRunner, type RunnerView } from './control/runner-view.ts';
import type { FaultSpec } from './control/wire-fault.ts';
import type { JobSpec } from './control/wire-job-spec.ts';
import { EmulatedJob } from './emulated-job.ts';
import { EmulatedPipeline } from './emulated-pipeline.ts';
import { routeGit } from './git/route-git.ts';
import { Faults } from './http/fault.ts';
import { RequestLog, type LoggedRequest } from './http/request-log.ts';
import { Router } from './http/router.ts';
import { HttpServer } from './http/server.ts';
import type { Settings } from './settings.ts';
import { World } from './world/world.ts';

export interface EmulatorOptions {
  /** Loopback unless another address is given. */
  readonly host?: string;
  /** Any free one unless given. */
  readonly port?: number;
  readonly settings?: Partial<Settings>;
  /** What faults with a probability are decided by, from 0 up to 1; for runs that can be repeated. */
  readonly random?: () => number;
}

/** Lets requests fail, as a network or a server does. */
export interface FaultControl {
  add(fault: FaultSpec): void;
  clear(): void;
  /** How many requests have met a fault. */
  readonly struck: number;
}

/** Starts a GitLab in this process; it ends with `await using`, or with `close()`. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = new Emulator(options.settings ?? {}, options.random);
  await emulator.listen(options.host ?? '127.0.0.1', options.port ?? 0);
  return emulator;
}

/** A GitLab coordinator: what runners may ask of it goes over HTTP, what tests do to it also here. */
export class Emulator implements AsyncDisposable {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #requestLog = new RequestLog();
  readonly #server: HttpServer;
  readonly faults: FaultControl;

  constructor(settings: Partial<Settings>, random?: () => number) {
    this.#faults = new Faults(random);
    this.faults = this.#faults;
    const router = new Router();
    this.#world = new World(settings);
    this.#server = new HttpServer({
      router,
      faults: this.#faults,
      requestLog: this.#requestLog,
      spool: this.#world.spool,
    });
    routeApi(router, this.#world);
    routeGit(router, this.#world);
    routeControl(router, {
      world: this.#world,
      faults: this.#faults,
      requestLog: this.#requestLog,
      reset: () => this.reset(),
    });
  }

  /** Where runners are to be pointed at. */
  get url(): string {
    return this.#world.url;
  }

  /** Of an instance runner that takes untagged jobs. */
  get runnerToken(): string {
    return this.#world.runnerToken;
  }

  /** The administrator's personal access token. */
  get adminToken(): string {
    return this.#world.adminToken;
  }

  /** Registers instance runners, the old way. */
  get registrationToken(): string {
    return this.#world.registrationToken;
  }

  /** What came in, from the oldest that is still held; tokens are masked. */
  get requests(): LoggedRequest[] {
    return this.#requestLog.list();
  }

  /** How many requests came in, and by method, route and status. */
  get requestCounts(): { total: number; by_route: Record<string, number> } {
    return this.#requestLog.counts();
  }

  /** Every runner, and what its processes last said of themselves. */
  get runners(): RunnerView[] {
    return this.#world.runners.all().map(viewRunner);
  }

  /** Puts a job into the queue. @throws where the spec names what does not exist. */
  job(spec: JobSpec = {}): EmulatedJob {
    const [job] = this.jobs({ ...spec, count: 1 });
    if (job === undefined) throw new Error('No job was made.');
    return job;
  }

  /** Puts as many like jobs into the queue as the spec's `count` says. */
  jobs(spec: JobSpec): EmulatedJob[] {
    return createJobs(this.#world, spec).map((job) => new EmulatedJob(this.#world, job));
  }

  /**
   * Makes the pipeline of a repository's `.gitlab-ci.yml`.
   *
   * @throws with file and line where there can be none.
   */
  pipeline(spec: PipelineSpec): EmulatedPipeline {
    return new EmulatedPipeline(this.#world, createPipeline(this.#world, spec));
  }

  settings(changes: Partial<Settings>): void {
    this.#world.settings = { ...this.#world.settings, ...changes };
  }

  /** The server's time goes forward; nothing waits for it. */
  advanceClock(seconds: number): void {
    this.#world.advanceClock(seconds);
  }

  /** As new, but that no id is ever given twice. */
  reset(): void {
    this.#world.reset();
    this.#faults.clear();
    this.#requestLog.clear();
  }

  async listen(host: string, port: number): Promise<void> {
    const address = await this.#server.listen(host, port);
    this.#world.url = `http://${hostName(host)}:${address.port}`;
  }

  async close(): Promise<void> {
    await this.#server.close();
    this.#world.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** How a client on this machine reaches an address that is listened on. */
function hostName(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
