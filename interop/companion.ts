import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';

const GRACE_MS = 10_000;
const KEPT = 16_000;

export interface CompanionOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A process beside this one, which is ended with the scenario that needs it. */
export class Companion implements AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  #said = '';

  constructor(command: string, args: readonly string[], { cwd, env }: CompanionOptions = {}) {
    this.child = spawn(command, args, { cwd, env: env ?? process.env });
    const keep = (piece: Buffer): void => {
      this.#said = (this.#said + piece.toString()).slice(-KEPT);
    };
    this.child.stdout.on('data', keep);
    this.child.stderr.on('data', keep);
  }

  /** The last of what it printed. */
  get said(): string {
    return this.#said;
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isAlive) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    await gone;
    clearTimeout(impatience);
  }
}
