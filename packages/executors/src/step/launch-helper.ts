import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A shell that does one request a line and answers each. */
const HELPER = `keeper=$1; shift
while IFS= read -r request; do
  if eval "$request"; then echo done; else echo failed; fi
done`;

/**
 * A small shell that starts processes for the runner. A fork copies the page tables of the whole
 * runner, which costs more than all else about a short job; of the shell there is next to nothing
 * to copy. It ends when the runner does, since nobody writes to it any more.
 */
export class LaunchHelper {
  readonly #child: ChildProcess;
  readonly #asked: ((isDone: boolean | undefined) => void)[] = [];
  readonly #holders = new Set<symbol>();
  #isGone = false;

  /**
   * @param args - What requests find as `$keeper` and `"$@"`.
   * @param onWord - Gets the lines that those write whom it has started.
   */
  constructor(
    args: readonly string[],
    environment: NodeJS.ProcessEnv,
    onWord: (line: string) => void,
  ) {
    const child = spawn('/bin/sh', ['-c', HELPER, 'fellrunner-launcher', ...args], {
      cwd: '/',
      detached: true,
      env: environment,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child = child;
    const giveUp = (): void => {
      this.#isGone = true;
      for (const resolve of this.#asked.splice(0)) resolve(undefined);
    };
    child.once('error', giveUp);
    child.once('exit', giveUp);
    child.stdin.on('error', giveUp);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'done' || line === 'failed') this.#asked.shift()?.(line === 'done');
      else onWord(line);
    });
    this.#release();
  }

  /** Whether a request was done; undefined where nobody knows. */
  ask(request: string): Promise<boolean | undefined> {
    if (this.#isGone) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#asked.push(resolve);
      this.#child.stdin?.write(`${request}\n`);
    });
  }

  /** While it is needed the helper keeps the runner alive; otherwise it does not. */
  async whileNeeded<T>(work: Promise<T>): Promise<T> {
    const holder = Symbol('holder');
    this.#holders.add(holder);
    for (const handle of [this.#child, ...this.#sockets]) handle.ref();
    try {
      return await work;
    } finally {
      this.#holders.delete(holder);
      if (this.#holders.size === 0) this.#release();
    }
  }

  #release(): void {
    for (const handle of [this.#child, ...this.#sockets]) handle.unref();
  }

  get #sockets(): readonly Socket[] {
    return [this.#child.stdin, this.#child.stdout].filter((stream) => stream instanceof Socket);
  }
}
