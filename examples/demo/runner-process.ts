import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface RunnerProcessOptions {
  readonly name: string;
  /** The repository's, whose `fellrunner` is run. */
  readonly root: string;
  /** For its store and its own log. */
  readonly folder: string;
  readonly url: string;
  readonly token: string;
  /** What it is besides, as the command has it. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The command as a process of its own, which can be killed and started again. */
export class RunnerProcess implements AsyncDisposable {
  readonly name: string;
  readonly #options: RunnerProcessOptions;
  readonly #logFile: string;
  readonly #crash = Promise.withResolvers<never>();
  #child: ChildProcess | undefined;
  #isStopping = false;

  constructor(options: RunnerProcessOptions) {
    this.name = options.name;
    this.#options = options;
    this.#logFile = join(options.folder, `${options.name}.log`);
  }

  /** Rejects, with the program's own log, when it ends without having been told to. */
  get crash(): Promise<never> {
    return this.#crash.promise;
  }

  /** @returns the process's id */
  start(): number {
    const { root, folder, url, token, args, env } = this.#options;
    const store = join(folder, `${this.name}.db`);
    const common = ['run', '--url', url, '--store', store, '--on-stop', 'abort'];
    const log = openSync(this.#logFile, 'a');
    const child = spawn(join(root, 'fellrunner'), [...common, ...args], {
      env: { ...process.env, ...env, FELLRUNNER_TOKEN: token },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.once('error', this.#crash.reject);
    child.once('exit', (code, signal) => {
      if (!this.#isStopping) this.#crash.reject(this.#failure(code ?? signal));
    });
    this.#isStopping = false;
    this.#child = child;
    return child.pid ?? 0;
  }

  /** Resolves, when it has ended, with its exit code or the signal that ended it. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string | null> {
    const child = this.#child;
    if (child === undefined) return null;
    this.#isStopping = true;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode ?? child.signalCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGTERM');
  }

  #failure(end: number | string | null): Error {
    const log = readFileSync(this.#logFile, 'utf8');
    return new Error(`The ${this.name} runner ended by itself (${end}). It said:\n${log}`);
  }
}
