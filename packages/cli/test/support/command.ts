import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const PATIENCE_MS = 30_000;
const OF_THE_TESTS =
  /^(?:CI_|CONFIG_FILE|FELLRUNNER_|GITLAB_|NODE_(?!COMPILE_CACHE)|PYTHON_|REGIST|RUNNER_|VITEST)/;

/** How a command ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command from source in a process of its own; it is killed when it is disposed of. */
export class Command implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';
  #isEnded = false;
  readonly #onChange = new Set<() => void>();

  private constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, ['--conditions=@fellrunner/source', MAIN, ...args], {
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#changed();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#changed();
    });
    this.#ended = once(this.#child, 'close').then(([exitCode, signal]) => {
      this.#isEnded = true;
      this.#changed();
      const [code, by] = [exitCode as number | null, signal as NodeJS.Signals | null];
      return { exitCode: code, signal: by, stdout: this.#stdout, stderr: this.#stderr };
    });
  }

  static start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Command {
    return new Command(args, env);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get ended(): Promise<Ended> {
    return this.#ended;
  }

  /** What standard output held when it had this in it. */
  output(expected: RegExp): Promise<string> {
    return this.#until('standard output', expected, () => this.#stdout);
  }

  /** What the log held when it had this in it. */
  log(expected: RegExp): Promise<string> {
    return this.#until('the log', expected, () => this.#stderr);
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async #until(what: string, expected: RegExp, text: () => string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const fail = (why: string): void =>
      reject(new Error(`${why} before ${expected} was in ${what}:\n${text()}${this.#stderr}`));
    const look = (): void => {
      if (expected.test(text())) resolve(text());
      else if (this.#isEnded) fail('The command ended');
    };
    const deadline = setTimeout(() => fail(`${PATIENCE_MS} ms went by`), PATIENCE_MS);
    this.#onChange.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(deadline);
      this.#onChange.delete(look);
    }
  }

  #changed(): void {
    for (const look of this.#onChange) look();
  }
}

/** Runs a command to its end. */
export async function runCommand(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
  await using command = Command.start(args, env);
  return await command.ended;
}

/** What the tests' own surroundings must not change. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter(([key]) => !OF_THE_TESTS.test(key)));
}
