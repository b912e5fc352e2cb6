import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Emulator } from '@fellrunner/emulator';

import type { Stage } from './bench.ts';
import { cpuMs, memoryMb, processesWith } from './processes.ts';

const LAST_LINES = 10;

/** Where a runner gets its jobs, and as whom. */
type GitLabAccess = Pick<Emulator, 'url' | 'runnerToken'>;

/** A runner under measurement: a process of its own, on a store on the disk. */
export class RunnerProcess implements AsyncDisposable {
  readonly store: string;
  readonly #logFile: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  /** In the environment of all that this runner starts. */
  readonly #mark = `BENCH_MARK=${randomUUID()}`;

  /**
   * @param args - What follows `fellrunner run`; address, token and store are filled in.
   * @param env - What its environment has besides that of this process.
   */
  constructor(
    stage: Stage,
    gitlab: GitLabAccess,
    args: readonly string[],
    env: Readonly<NodeJS.ProcessEnv> = {},
  ) {
    const state = join(stage.folder, 'state');
    // Root's login profile may cost more than a job: an empty home is the same for everybody.
    const home = join(stage.folder, 'home');
    for (const folder of [state, home]) mkdirSync(folder, { recursive: true });
    this.store = join(state, 'fellrunner.db');
    this.#logFile = join(stage.folder, 'runner.log');
    const log = openSync(this.#logFile, 'a');
    const [node = '', ...words] = stage.command.words;
    const address = ['run', '--url', gitlab.url, '--store', this.store, '--log-level', 'warn'];
    const [, mark = ''] = this.#mark.split('=');
    this.#child = spawn(node, [...words, ...address, ...args], {
      env: {
        ...process.env,
        ...env,
        HOME: home,
        FELLRUNNER_TOKEN: gitlab.runnerToken,
        BENCH_MARK: mark,
      },
      stdio: ['ignore', log, log],
    });
    this.#exited = once(this.#child, 'exit');
    closeSync(log);
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** CPU time of the process and of those that it has waited for. */
  get cpuMs(): number {
    return cpuMs(this.pid);
  }

  get memoryMb(): { readonly now: number; readonly peak: number } {
    return memoryMb(this.pid);
  }

  /** The runner's process and all that it started, the steps that have left its tree among them. */
  get tree(): readonly number[] {
    return processesWith(this.#mark);
  }

  /** Gives what the promise gives, unless the runner ends before. */
  async whileItRuns<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#exited.then(() => this.#fail())]);
  }

  /** Ends it as a service manager does; the steps that run are waited for. */
  async drain(): Promise<void> {
    this.#child.kill('SIGQUIT');
    await this.#exited;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Ends the runner, and the steps that would live on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    for (const pid of this.tree) kill(pid);
  }

  #fail(): never {
    const log = readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
    throw new Error(`The runner has ended:\n${log.join('\n')}`);
  }
}

/** One that ended by itself meanwhile is what was wanted. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
