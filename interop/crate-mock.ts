import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';

import { Companion } from './companion.ts';
import { eventually } from './eventually.ts';

export interface MockJob {
  readonly name: string;
  readonly script: readonly string[];
  readonly paths?: readonly string[];
  readonly dependencies?: readonly number[];
}

export interface MockView {
  readonly state: string;
  readonly log: string;
  readonly artifacts: readonly {
    readonly filename: string | null;
    readonly bytes: readonly number[];
  }[];
}

/** The crate's mock of a GitLab, in `rust/src/bin/crate-mock.rs`, asked line by line. */
export class CrateMock implements AsyncDisposable {
  readonly #process: Companion;
  readonly #lines: AsyncIterator<string>;
  readonly url: string;
  readonly token: string;

  private constructor(
    process: Companion,
    lines: AsyncIterator<string>,
    { url, token }: { url: string; token: string },
  ) {
    this.#process = process;
    this.#lines = lines;
    this.url = url;
    this.token = token;
  }

  static async start(binary: string): Promise<CrateMock> {
    const mock = new Companion(binary, [], { env: { ...process.env, RUST_BACKTRACE: '0' } });
    const lines = createInterface({ input: mock.child.stdout })[Symbol.asyncIterator]();
    const hello = (await lines.next()) as IteratorResult<string>;
    return new CrateMock(mock, lines, JSON.parse(String(hello.value)) as CrateMock);
  }

  /** The last of what it printed on stderr, too. */
  get said(): string {
    return this.#process.said;
  }

  async add(job: MockJob): Promise<number> {
    const { id } = (await this.#ask({ do: 'add', ...job })) as { id: number };
    return id;
  }

  async show(id: number): Promise<MockView> {
    return (await this.#ask({ do: 'show', id })) as MockView;
  }

  async cancel(id: number): Promise<void> {
    await this.#ask({ do: 'cancel', id });
  }

  /** So many downloads of artifacts are answered 500. */
  async failDownloads(times: number): Promise<void> {
    await this.#ask({ do: 'fail-downloads', times });
  }

  async ended(id: number): Promise<MockView> {
    const isOver = async (): Promise<boolean> =>
      ['success', 'failed'].includes((await this.show(id)).state);
    await eventually(`job ${id} has ended`, isOver);
    return this.show(id);
  }

  async #ask(question: Readonly<Record<string, unknown>>): Promise<unknown> {
    this.#process.child.stdin.write(`${JSON.stringify(question)}\n`);
    const answer = await this.#lines.next();
    assert.ok(answer.done !== true, `the mock has ended: ${this.#process.said.slice(-500)}`);
    return JSON.parse(answer.value);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]();
  }
}
