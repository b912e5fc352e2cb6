import { readFile } from 'node:fs/promises';
import { artifactFile, openArtifact } from './artifact-files/artifact-files.ts';
import { describeLog, describeState } from './expectations/observed-job.ts';
import { viewArtifact, type ArtifactView } from './control/job-view.ts';
import { isFinal, type JobStatus } from './world/job-status.ts';
import type { Job } from './world/job.ts';
import type { World } from './world/world.ts';

/** An artifact that a runner uploaded. */
export interface EmulatedArtifact extends ArtifactView {
  read(): Promise<Buffer>;
  /** The paths of the files in it. */
  names(): string[];
  /** A file in it, unpacked. @throws where it is not in the artifact, naming what is. */
  file(path: string): Buffer;
}

/** A job on the emulator, seen from GitLab's side. */
export class EmulatedJob {
  readonly #world: World;
  readonly #job: Job;

  constructor(world: World, job: Job) {
    this.#world = world;
    this.#job = job;
  }

  get id(): number {
    return this.#job.id;
  }

  get name(): string {
    return this.#job.definition.name;
  }

  get token(): string {
    return this.#job.token;
  }

  get status(): JobStatus {
    return this.#job.status;
  }

  /** GitLab's word for why it failed; undefined for any other end. */
  get failureReason(): string | undefined {
    return this.#job.failureReason;
  }

  get exitCode(): number | undefined {
    return this.#job.exitCode;
  }

  get allowFailure(): boolean {
    return this.#job.allowFailure;
  }

  /** The log as far as it has come, as text. */
  get trace(): string {
    return this.traceBytes.toString();
  }

  get traceBytes(): Buffer {
    return this.#job.log.bytes();
  }

  get artifacts(): EmulatedArtifact[] {
    return [...this.#job.artifacts.values()].map((artifact) => ({
      ...viewArtifact(artifact),
      read: () => readFile(artifact.path),
      names: () => [...openArtifact(artifact).keys()],
      file: (path) => artifactFile(artifact, path),
    }));
  }

  /** The artifact of a type; undefined where none was uploaded. */
  artifact(fileType = 'archive'): EmulatedArtifact | undefined {
    return this.artifacts.find(({ file_type }) => file_type === fileType);
  }

  /**
   * Resolves once GitLab takes the job for ended: a runner's 202 is not the end.
   *
   * @throws when it has not ended in time, saying how it stands and how its log ends.
   */
  async finished({ timeoutMs }: { timeoutMs?: number } = {}): Promise<this> {
    const hasEnded = (): boolean => isFinal(this.status);
    if (timeoutMs === undefined) return this.until(hasEnded);
    try {
      return await this.until(hasEnded, { signal: AbortSignal.timeout(timeoutMs) });
    } catch (cause) {
      const late = `Job ${this.id} "${this.name}" has not ended in ${timeoutMs} ms`;
      throw new Error(`${late}: it ${describeState(this)}.\n\n${describeLog(this)}`, { cause });
    }
  }

  /** Resolves as soon as the condition holds; it is looked at whenever the job has changed. */
  until(
    condition: (job: this) => boolean,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<this> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!condition(this)) return;
        stop();
        resolve(this);
      };
      const abort = (): void => {
        stop();
        reject(signal?.reason as Error);
      };
      const stopWatching = this.#job.onChange(check);
      function stop(): void {
        stopWatching();
        signal?.removeEventListener('abort', abort);
      }
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted === true) abort();
      else check();
    });
  }

  /** Cancels as a user does in GitLab. */
  cancel({ force = false }: { force?: boolean } = {}): void {
    this.#world.jobs.cancel(this.#job, force);
  }

  /** Starts it where it waits for a user, or for its time. */
  play(): void {
    this.#world.jobs.play(this.#job);
  }

  erase(): void {
    this.#world.jobs.erase(this.#job);
  }

  /** Somebody looks at the log: the runner is asked to send it more often. */
  watch(): void {
    this.#job.watched = true;
  }
}
