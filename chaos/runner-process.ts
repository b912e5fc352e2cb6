import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { openStoreReader } from '@fellrunner/persistence';

const main =
  process.env['CHAOS_MAIN'] ?? new URL('../packages/cli/src/main.ts', import.meta.url).pathname;

/** Where a runner's store and log lie, and what it is started with. */
export interface RunnerProcessOptions {
  readonly folder: string;
  /** Names the log, and the store where that is no other's. */
  readonly name: string;
  readonly store?: string;
  /** What comes after `run --store FILE`. */
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A runner in a process of its own, which is killed and started again on the same store. */
export class RunnerProcess {
  readonly store: string;
  readonly logFile: string;
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  /** Where in the log the latest start begins. */
  #logStart = 0;

  constructor({ folder, name, args, env = {}, ...options }: RunnerProcessOptions) {
    this.store = options.store ?? join(folder, `${name}.db`);
    this.logFile = join(folder, `${name}.log`);
    this.#args = ['run', '--store', this.store, ...args];
    this.#env = { ...process.env, ...env };
  }

  start(env: NodeJS.ProcessEnv = {}): void {
    const log = openSync(this.logFile, 'a', 0o600);
    this.#logStart = fstatSync(log).size;
    const args = ['--conditions=@fellrunner/source', main, ...this.#args];
    this.#child = spawn(process.execPath, args, {
      env: { ...this.#env, ...env },
      stdio: ['ignore', log, log],
    });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isAlive(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Whether the latest start has come so far that it runs jobs. */
  get isUp(): boolean {
    return readFileSync(this.logFile).subarray(this.#logStart).includes('runs jobs of');
  }

  /** Resolves when it is up, or has ended before. */
  async up(): Promise<void> {
    while (this.isAlive && !this.isUp) await sleep(50);
  }

  /** How many jobs of its store are not closed; none where there is no store yet. */
  get unfinishedJobs(): number {
    if (!existsSync(this.store)) return 0;
    using reader = openStoreReader(this.store);
    return reader.unfinishedCount();
  }

  /** Resolves with how the process ended. */
  async ended(): Promise<number | NodeJS.Signals | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (this.isAlive) await once(child, 'exit');
    return child.signalCode ?? child.exitCode;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended();
  }
}
