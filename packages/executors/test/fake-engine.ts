import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

import type {
  Dependency,
  ExecutorScope,
  ExecutorStepContext,
  Job,
  JobExecutor,
  JobLog,
  OutcomeStatus,
  PackedArtifact,
  RunnerFacts,
} from '@fellrunner/core';
import { aJob, type PayloadWishes } from '@fellrunner/testkit';

import { findOwnGroup, groupsOfStore, removeGroup } from '../src/process/control-group.ts';
import shell, { type ShellOptions } from '../src/shell.ts';

export interface EngineWishes extends PayloadWishes {
  readonly options?: Partial<ShellOptions>;
  readonly runner?: Partial<RunnerFacts>;
  /** The archives of earlier jobs, by the job's name. */
  readonly dependencies?: readonly FakeDependency[];
  /** Goes on in the folders of another one, as a restarted runner does. */
  readonly root?: string;
  readonly rawBytes?: number;
  /** Where the login shell finds its profile. */
  readonly home?: string;
}

export interface FakeDependency {
  readonly id: number;
  readonly name: string;
  open(): Promise<Readable | undefined>;
}

const made = new Set<FakeEngine>();

/** As much of the engine as an executor sees: a log, a folder, and somebody who follows output. */
export class FakeEngine {
  readonly root: string;
  readonly job: Job;
  readonly executor: JobExecutor;
  readonly runner: RunnerFacts;
  readonly claims: number[] = [];
  readonly ender = new AbortController();
  readonly #wishes: EngineWishes;
  #log: Buffer[] = [];
  /** A test that waits for output is told of each piece of it. */
  onOutput: () => void = () => undefined;

  constructor(wishes: EngineWishes = {}) {
    this.#wishes = wishes;
    // The login profile of whoever runs the tests is slow, and none of their business.
    process.env['HOME'] = wishes.home ?? tmpdir();
    this.root = wishes.root ?? mkdtempSync(join(tmpdir(), 'fellrunner-shell-'));
    this.job = aJob(wishes);
    made.add(this);
    const folders = { buildsDir: join(this.root, 'builds'), cacheDir: join(this.root, 'cache') };
    this.executor = shell({ ...folders, retryDelayMs: 1, ...wishes.options });
    this.runner = {
      name: 'fell',
      version: '0.1.0',
      revision: 'abcdef12',
      shortToken: 'abc123def',
      // Tests run side by side, and a store ends what is its own.
      storeId: createHash('sha1').update(this.root).digest('hex'),
      jobKey: this.job.id,
      slot: 0,
      url: 'http://127.0.0.1',
      cancelGraceMs: 2_000,
      ...wishes.runner,
    };
  }

  get folder(): string {
    return join(this.root, 'jobs', String(this.runner.jobKey));
  }

  get project(): string {
    return join(this.root, 'builds', 'abc123def', '0', 'lakes', 'hills');
  }

  get output(): Buffer {
    return Buffer.concat(this.#log);
  }

  get text(): string {
    return this.output.toString();
  }

  /** The log without colours, section markers and the cursor's movements: what people read. */
  get lines(): readonly string[] {
    const plain = this.text
      .replaceAll(/section_\w+:\d+:[^\r]*\r/g, '')
      .replaceAll(/\x1b\[[\d;]*[mK]/g, '');
    return plain.split('\n').map((line) => line.trimEnd());
  }

  async stage(stage: string, isResumed = false): Promise<void> {
    await this.executor.stage({ ...(await this.#scope(isResumed)), stage });
  }

  async prepare(): Promise<void> {
    const { preparation } = this.executor.stagesOf?.(this.job) ?? this.executor;
    for (const stage of preparation) await this.stage(stage);
  }

  async conclude(jobStatus: string): Promise<void> {
    for (const stage of this.executor.conclusion) {
      await this.executor.stage({ ...(await this.#scope(false)), jobStatus, stage });
    }
  }

  async step(index = 0, context: Partial<ExecutorStepContext> = {}): Promise<void> {
    const { name: phase = '', script = [] } = this.job.steps[index] ?? {};
    await this.executor.step({
      ...(await this.#scope(context.isResumed ?? false)),
      stepIndex: index,
      phase,
      script,
      limits: { rawBytes: this.#wishes.rawBytes ?? 2 ** 30 },
      claimed: (pid) => void this.claims.push(pid),
      follow: (raw, ended) => this.#follow(raw, ended),
      fail: (reason) => {
        throw new Error(reason);
      },
      ...context,
    });
  }

  async pack(entry: number, jobStatus = 'success'): Promise<PackedArtifact | undefined> {
    return this.executor.pack({ ...(await this.#scope(false)), jobStatus, entry });
  }

  async cleanUp(outcome: OutcomeStatus = 'success'): Promise<void> {
    await this.executor.cleanup?.({ ...(await this.#scope(false)), outcome });
  }

  write(bytes: string | Uint8Array): void {
    this.#log.push(Buffer.from(bytes));
    this.onOutput();
  }

  #remove(): void {
    rmSync(this.root, { recursive: true, force: true });
    const own = findOwnGroup();
    if (own !== undefined) groupsOfStore(own, this.runner.storeId).forEach(removeGroup);
  }

  /** Removes everything that engines and their jobs made. */
  static removeAll(): void {
    for (const engine of made) engine.#remove();
    made.clear();
  }

  async #scope(isResumed: boolean): Promise<ExecutorScope> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    return {
      job: this.job,
      log: this.#jobLog(),
      signal: this.ender.signal,
      workdir: join(this.folder, 'work'),
      dependencies: (this.#wishes.dependencies ?? []).map(toDependency),
      recall: () => undefined,
      folder: this.folder,
      runner: this.runner,
      jobStatus: 'success',
      isResumed,
    };
  }

  #jobLog(): JobLog {
    const write = async (bytes: string | Uint8Array): Promise<void> => this.write(bytes);
    return {
      write,
      line: (text) => write(`${text}\n`),
      section: async (_, body) => body(),
    };
  }

  async #follow(raw: string, ended: Promise<unknown>): Promise<void> {
    let at = 0;
    const end = ended.then(() => 'ended' as const);
    const read = async (): Promise<void> => {
      for await (const chunk of createReadStream(raw, { start: at })) {
        at += (chunk as Buffer).length;
        this.write(chunk as Buffer);
      }
    };
    while ((await Promise.race([end, wait(10)])) !== 'ended') await read();
    await read();
  }
}

function toDependency(fake: FakeDependency): Dependency {
  return {
    ...fake,
    files: () => Promise.resolve([]),
    file: () => Promise.reject(new Error('not asked for')),
  };
}

/** The failure that a call of the executor ends with; undefined where it succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'failure' in error) return error.failure;
    throw error;
  }
}

export function readText(path: string): string {
  return readFileSync(path, 'utf8');
}
