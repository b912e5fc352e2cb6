import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator, type Emulator } from '@fellrunner/emulator';

import { startSimulation } from '../../../examples/play/simulation.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** An example's handler in the command, on a GitLab of its own; it can be killed and started again. */
export class ExampleRunner implements AsyncDisposable {
  readonly gitlab: Emulator;
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #stack: AsyncDisposableStack;
  #child: ChildProcess | undefined;

  private constructor(gitlab: Emulator, stack: AsyncDisposableStack, setup: Setup) {
    const { example, folder, env } = setup;
    this.gitlab = gitlab;
    this.#stack = stack;
    const work = ['--handler', join(example, 'handler.ts'), '--store', join(folder, 'store.db')];
    this.#args = [
      'run',
      '--url',
      gitlab.url,
      ...work,
      '--concurrency',
      '4',
      '--log-level',
      'error',
    ];
    this.#env = { ...process.env, ...env, FELLRUNNER_TOKEN: gitlab.runnerToken };
  }

  /** Starts GitLab, the example's simulation unless `env` stands for it, and the runner. */
  static async start(name: string, env?: NodeJS.ProcessEnv): Promise<ExampleRunner> {
    const stack = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'fellrunner-example-'));
    stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    const example = join(ROOT, 'examples', name);
    const state = join(folder, 'simulation');
    mkdirSync(state);
    const simulation = env === undefined && stack.use(await startSimulation(example, state));
    const gitlab = stack.use(await startEmulator({ settings: { update_interval_s: 1 } }));
    const setup = { example, folder, env: simulation === false ? env : simulation.env };
    const runner = new ExampleRunner(gitlab, stack, setup);
    runner.start();
    return runner;
  }

  start(): void {
    const stdio = ['ignore', 'ignore', 'inherit'] as const;
    this.#child = spawn(join(ROOT, 'fellrunner'), this.#args, {
      env: this.#env,
      stdio: [...stdio],
    });
  }

  /** `kill -9`, and the process is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#stack.disposeAsync();
  }
}

interface Setup {
  readonly example: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv | undefined;
}
