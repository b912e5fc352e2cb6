import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What to run a script of this folder with. */
export interface ChildOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
}

/** A process of its own, told of line by line; killed, and gone, at the end of the test's block. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** Resolves with the next line of its output, or undefined at the end. */
  nextLine(): Promise<string | undefined>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a script of `test/support` from source. */
export function startChild(script: string, options: ChildOptions = {}): Child {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=@fellrunner/source', file, ...(options.args ?? [])],
    {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(options.uid !== undefined && { uid: options.uid }),
    },
  );
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    nextLine: async () => (await lines.next()).value,
    kill: (signal) => endOf(child, signal),
    [Symbol.asyncDispose]: () => endOf(child, 'SIGKILL'),
  };
}

function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
