import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator, type EmulatedJob, type Emulator } from '@fellrunner/emulator';
import { openStoreReader } from '@fellrunner/persistence';

import { configureBothKinds } from '../../chaos/both-kinds.ts';
import { leftoverFolders, leftoverProcesses } from '../../chaos/leftovers.ts';
import { RunnerProcess } from '../../chaos/runner-process.ts';
import { until } from '../../chaos/until.ts';

const waitingHandler = join(import.meta.dirname, '../../chaos/waiting-handler.ts');

/** A runner whose jobs wait for a test, which may end it, meddle with its files and start it again. */
export class WaitingRunner implements AsyncDisposable {
  readonly gitlab: Emulator;
  readonly folder: string;
  readonly process: RunnerProcess;

  private constructor(gitlab: Emulator, folder: string, process: RunnerProcess) {
    this.gitlab = gitlab;
    this.folder = folder;
    this.process = process;
  }

  static async create(
    env: NodeJS.ProcessEnv = {},
    handler: string = waitingHandler,
  ): Promise<WaitingRunner> {
    const folder = mkdtempSync(join(tmpdir(), 'fellrunner-waits-'));
    mkdirSync(join(folder, 'gate'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const gitlab = await startEmulator({ settings: { update_interval_s: 1, flush_delay_s: 0.1 } });
    const config = await configureBothKinds(gitlab, folder, { handler, concurrent: 8 });
    const process = new RunnerProcess({
      folder,
      name: 'runner',
      args: ['--config', config, '--log-format', 'json'],
      env: { HOME: folder, ...env },
    });
    return new WaitingRunner(gitlab, folder, process);
  }

  get store(): string {
    return this.process.store;
  }

  get log(): string {
    return readFileSync(this.process.logFile, 'utf8');
  }

  /** A resumable handler's job that begins, does something once and waits. */
  handlerJob(name = 'handler'): EmulatedJob {
    const variables = { GATE: join(this.folder, 'gate/open'), DIARY: join(this.folder, 'diary') };
    return this.gitlab.job({ name, tags: ['handler'], variables });
  }

  /** A shell job that does something first, then waits. */
  shellJob(first = 'true'): EmulatedJob {
    return this.gitlab.job({
      name: 'shell',
      tags: ['shell'],
      script: [
        `${first}; echo "job $CI_JOB_ID waits"`,
        `read -r _ < ${this.#pipe} || true; echo ends`,
      ],
      variables: { GIT_STRATEGY: 'empty' },
    });
  }

  /** Starts it; resolves when it runs jobs, or has ended. */
  async start(env?: NodeJS.ProcessEnv): Promise<void> {
    this.process.start(env);
    await this.process.up();
  }

  /** Kills it once GitLab has heard that the jobs wait. */
  async killOnce(jobs: readonly EmulatedJob[]): Promise<void> {
    await this.wait(jobs);
    await this.process.kill();
  }

  async wait(jobs: readonly EmulatedJob[]): Promise<void> {
    await until('the jobs wait', () =>
      jobs.every(({ id, trace }) => trace.includes(`job ${id} waits`)),
    );
  }

  /** Lets all jobs end that wait. */
  openGates(): void {
    writeFileSync(join(this.folder, 'gate/open'), '');
    try {
      closeSync(openSync(this.#pipe, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error;
    }
  }

  /** Resolves when every job here is closed, and no process or folder is left of any. */
  async closed(): Promise<void> {
    await until(
      'all jobs are closed',
      () => this.process.isAlive && this.process.unfinishedJobs === 0,
    );
    await until('nothing is left', () => this.leftovers.length === 0);
  }

  /** The key of a job in the store. */
  keyOf(job: EmulatedJob): number {
    using reader = openStoreReader(this.store);
    const [found] = reader.find(String(job.id));
    if (found === undefined) throw new Error(`Job ${job.id} is not in the store.`);
    return found.key;
  }

  folderOf(job: EmulatedJob): string {
    return join(`${this.store}.jobs`, String(this.keyOf(job)));
  }

  /** What is left of jobs: processes, folders. */
  get leftovers(): string[] {
    return [...leftoverProcesses(this.folder), ...leftoverFolders(this.store)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.kill();
    this.openGates();
    await this.gitlab.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #pipe(): string {
    return join(this.folder, 'pipe');
  }
}
