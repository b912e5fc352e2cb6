import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';

import { UsageError } from '../exit-code.ts';

/** What is asked, and what an answer has to be like. */
export interface Question {
  readonly text: string;
  /** Taken where nothing is answered. */
  readonly fallback?: string;
  /** Not shown while it is typed. */
  readonly isSecret?: boolean;
  /** What is wrong with an answer; it is asked again. */
  readonly problem?: (answer: string) => string | undefined;
}

/** Where questions go and answers come from. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Questions at a terminal, one after the other. */
export class Conversation implements Disposable {
  readonly #output: NodeJS.WritableStream;
  readonly #lines: Interface;
  readonly #ended = Promise.withResolvers<undefined>();
  #isSilent = false;

  constructor({ input, output }: Terminal) {
    this.#output = output;
    const echo = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#isSilent) output.write(chunk);
        done();
      },
    });
    this.#lines = createInterface({ input, output: echo, terminal: true, historySize: 0 });
    this.#lines.once('close', () => this.#ended.resolve(undefined));
  }

  /** Asks until the answer is one that can be used. @throws UsageError at the end of input. */
  async ask(question: Question): Promise<string> {
    for (;;) {
      const answer = await this.#askOnce(question);
      const problem = answer === '' ? 'It is needed.' : question.problem?.(answer);
      if (problem === undefined) return answer;
      this.#output.write(`  ${problem}\n`);
    }
  }

  [Symbol.dispose](): void {
    this.#lines.close();
  }

  async #askOnce({ fallback, isSecret = false, text }: Question): Promise<string> {
    const shown = `${text}${fallback === undefined ? '' : ` [${fallback}]`}: `;
    this.#isSilent = isSecret;
    try {
      const answer = this.#lines.question(isSecret ? '' : shown);
      if (isSecret) this.#output.write(shown);
      const given = await Promise.race([answer.catch(() => undefined), this.#ended.promise]);
      // Whoever presses Ctrl-C or Ctrl-D wants to be out of here.
      if (given === undefined) {
        throw new UsageError('nothing was done: the questions were not answered.');
      }
      return given.trim() === '' ? (fallback ?? '') : given.trim();
    } finally {
      if (this.#isSilent) this.#output.write('\n');
      this.#isSilent = false;
    }
  }
}
