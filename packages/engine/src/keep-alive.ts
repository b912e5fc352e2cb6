import type { Clock } from '@fellrunner/core';

/** As gitlab-runner does, however long GitLab lets it wait. */
const SILENCE_MS = 30_000;
/** An interval of 0 is no reason to ask without a pause. */
const LEAST_SILENCE_MS = 1000;

export interface KeepAliveOptions {
  readonly clock: Clock;
  /** When an answer to a piece of the trace last said how the job stands. */
  readonly lastContactAt: () => number;
  /** How often GitLab wants to hear of the job: 3 s where somebody looks at its log. */
  readonly intervalMs: () => number;
  /** Sends a piece of the trace, an empty one where there is nothing else. */
  readonly touch: () => Promise<void>;
}

/**
 * Tells GitLab of a silent job that it runs, and hears within the interval that GitLab asked for
 * whether it still should. An empty piece of the trace does it: GitLab notes the time, and unlike
 * to an update it answers with the interval, which is another one once somebody looks.
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #touchedAt = 0;
  #cancel: (() => void) | undefined;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#cancel !== undefined) return;
    this.#touchedAt = this.#options.clock.now();
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #dueAt(): number {
    const { intervalMs, lastContactAt } = this.#options;
    const silenceMs = Math.min(SILENCE_MS, Math.max(LEAST_SILENCE_MS, intervalMs()));
    return Math.max(this.#touchedAt, lastContactAt()) + silenceMs;
  }

  #arm(): void {
    const { clock } = this.#options;
    this.#cancel = clock.callAt(this.#dueAt(), () => {
      void this.#touchIfDue().then(() => {
        if (this.#cancel !== undefined) this.#arm();
      });
    });
  }

  /** A server that cannot be reached is asked again after the next silence. */
  async #touchIfDue(): Promise<void> {
    const now = this.#options.clock.now();
    if (now < this.#dueAt()) return;
    this.#touchedAt = now;
    await this.#options.touch();
  }
}
