import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A board's console: each line sent is answered by lines up to `OK` or `ERROR code`. */
export class SerialConsole implements Disposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  /** While one has the console, others wait for the lock. It is the kernel's, and falls with the process. */
  constructor(lock: string, command: readonly string[], signal: AbortSignal) {
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    this.#process = spawn('flock', ['--no-fork', lock, ...command], { stdio: [...stdio] });
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
    signal.addEventListener('abort', () => this.#process.kill());
  }

  /** Sends a line, hands on what comes back, and returns the code: 0 for `OK`. */
  async send(line: string, onAnswer: (text: string) => Promise<void>): Promise<number> {
    this.#process.stdin.write(`${line}\n`);
    for (;;) {
      const { value: text, done } = await this.#lines.next();
      if (done === true) throw new Error(`The console was closed during "${line}".`);
      if (text === 'OK') return 0;
      const error = /^ERROR (\d+)$/.exec(text);
      if (error !== null) return Number(error[1]);
      await onAnswer(text);
    }
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}
