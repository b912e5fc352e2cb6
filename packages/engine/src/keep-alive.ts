import {
  isRunnerError,
  updateJob,
  type Clock,
  type GitLabClient,
  type JobCredentials,
  type RunnerInfo,
} from '@fellrunner/core';

const SILENCE_MS = 30_000;

export interface KeepAliveOptions {
  readonly client: GitLabClient;
  readonly clock: Clock;
  readonly info: RunnerInfo;
  readonly job: JobCredentials;
  /** When a piece of the trace was accepted last: that keeps a job alive as well. */
  readonly lastContactAt: () => number;
  readonly onJobStatus: (jobStatus: string) => void;
  readonly onGone: (status: number, jobStatus: string | undefined) => void;
}

/** Tells GitLab of a silent job that it runs, and hears whether it still should. */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #lastUpdateAt = 0;
  #cancel: (() => void) | undefined;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#cancel !== undefined) return;
    this.#lastUpdateAt = this.#options.clock.now();
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(): void {
    const { clock, lastContactAt } = this.#options;
    const due = Math.max(this.#lastUpdateAt, lastContactAt()) + SILENCE_MS;
    this.#cancel = clock.callAt(due, () => {
      const isSilent = clock.now() - lastContactAt() >= SILENCE_MS;
      void (isSilent ? this.#update() : Promise.resolve()).then(() => {
        if (this.#cancel !== undefined) this.#arm();
      });
    });
  }

  /** A server that cannot be reached is asked again after the next silence. */
  async #update(): Promise<void> {
    const { client, clock, info, job, onGone, onJobStatus } = this.#options;
    this.#lastUpdateAt = clock.now();
    try {
      const answer = await updateJob(client, { ...job, info, state: 'running' });
      if (this.#cancel === undefined) return;
      if (answer.kind === 'gone') onGone(answer.status, answer.jobStatus);
      if (answer.kind === 'done' && answer.jobStatus !== undefined) onJobStatus(answer.jobStatus);
    } catch (error) {
      if (!isRunnerError(error)) throw error;
    }
  }
}
