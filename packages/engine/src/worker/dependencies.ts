import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { ZipArchive } from '@fellrunner/archive';
import {
  downloadArtifact,
  GitLabClient,
  isRunnerError,
  RunnerError,
  systemClock,
  type Dependency,
  type DependencyFact,
  type DownloadAnswer,
  type Job,
} from '@fellrunner/core';

import { Backoff } from '../backoff.ts';
import { openConnections, type Network } from '../network/network.ts';
import { waitUntil } from '../wait-until.ts';
import { VERSION } from '../version.ts';

const ATTEMPTS = 5;

export interface DependencyPlace {
  readonly url: string;
  readonly network: Network;
  readonly folder: string;
}

/** The artifacts of earlier jobs: each is downloaded once a job, when it is first asked for. */
export function createDependencies(
  job: Job,
  place: DependencyPlace,
  signal: AbortSignal,
): readonly Dependency[] {
  return job.dependencies.map((fact) => new DownloadedDependency(fact, place, signal));
}

class DownloadedDependency implements Dependency {
  readonly id: number;
  readonly name: string;
  readonly #fact: DependencyFact;
  readonly #place: DependencyPlace;
  readonly #signal: AbortSignal;
  #archive: Promise<string | undefined> | undefined;
  #zip: Promise<ZipArchive> | undefined;

  constructor(fact: DependencyFact, place: DependencyPlace, signal: AbortSignal) {
    this.id = fact.id;
    this.name = fact.name;
    this.#fact = fact;
    this.#place = place;
    this.#signal = signal;
  }

  async files(): Promise<readonly string[]> {
    const zip = await this.#open();
    return zip?.entries.filter(({ kind }) => kind === 'file').map(({ path }) => path) ?? [];
  }

  async file(path: string): Promise<Readable> {
    const zip = await this.#open();
    if (zip === undefined) {
      throw new Error(`The dependency ${this.name} has no artifact, so there is no ${path} in it.`);
    }
    return zip.open(path);
  }

  archive(): Promise<string | undefined> {
    return this.#download();
  }

  async open(): Promise<Readable | undefined> {
    const file = await this.#download();
    return file === undefined ? undefined : createReadStream(file);
  }

  async #open(): Promise<ZipArchive | undefined> {
    const file = await this.#download();
    if (file === undefined) return undefined;
    const { openZip } = await import('@fellrunner/archive');
    this.#zip ??= openZip(file);
    return this.#zip;
  }

  #download(): Promise<string | undefined> {
    if (this.#fact.artifact === undefined) return Promise.resolve(undefined);
    this.#archive ??= this.#fetch();
    return this.#archive;
  }

  /** A download that an earlier call or runner completed is used again. */
  async #fetch(): Promise<string | undefined> {
    const file = join(this.#place.folder, 'dependencies', `${this.id}.zip`);
    if (await exists(file)) return file;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const backoff = new Backoff({ firstMs: 900, mostMs: 10_000 });
    for (let attempt = 1; ; attempt += 1) {
      const problem = await this.#attempt(file, attempt);
      if (problem === 'done') return file;
      if (problem === 'none') return undefined;
      if (attempt >= ATTEMPTS) throw this.#failed(problem);
      await waitUntil(systemClock, Date.now() + backoff.next(), this.#signal);
    }
  }

  /** GitLab may send to its object storage on the first try only: some runners cannot reach that. */
  async #attempt(file: string, attempt: number): Promise<string> {
    const { network, url } = this.#place;
    const connections = openConnections(network);
    await using client = new GitLabClient({
      url,
      connections,
      userAgent: `fellrunner ${VERSION}`,
    });
    const job = { jobId: this.id, token: this.#fact.token.reveal(), direct: attempt === 1 };
    let answer: DownloadAnswer;
    try {
      answer = await downloadArtifact(client, job, this.#signal);
      if (answer.kind === 'found') {
        await pipeline(answer.body, createWriteStream(`${file}.part`, { mode: 0o600 }));
        await rename(`${file}.part`, file);
        return 'done';
      }
    } catch (error) {
      if (this.#signal.aborted || !isTransport(error)) throw error;
      return isRunnerError(error) ? error.message : String(error);
    }
    if (answer.kind === 'forbidden') {
      throw this.#failed(`GitLab refuses its artifact (${answer.status})`);
    }
    return answer.kind === 'none' ? 'none' : `GitLab answers ${answer.status}`;
  }

  #failed(why: string): RunnerError {
    return new RunnerError(
      'GITLAB_UNEXPECTED',
      `The artifact of ${this.name} (${this.id}) cannot be had: ${why}`,
    );
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** A connection that broke on the way is worth another try; a full disk is not. */
function isTransport(error: unknown): boolean {
  if (isRunnerError(error)) return error.retryable;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(UND_|ECONN|EPIPE|ETIMEDOUT|ERR_STREAM_PREMATURE_CLOSE)/.test(code);
}
