import { nextTimeout, type Clock, type JobContext, type Timeout } from '@fellrunner/core';

/** Calls back when a job's next limit is reached; the limits themselves are data of the job. */
export class JobDeadline {
  readonly #clock: Clock;
  readonly #onReached: (timeout: Timeout) => void;
  #armed: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(clock: Clock, onReached: (timeout: Timeout) => void) {
    this.#clock = clock;
    this.#onReached = onReached;
  }

  /** Goes by how the job stands. */
  follow(context: JobContext): void {
    const next = nextTimeout(context);
    if (next?.at === this.#armed?.at) return;
    this.stop();
    if (next === undefined) return;
    const cancel = this.#clock.callAt(next.at, () => this.#onReached(next));
    this.#armed = { at: next.at, cancel };
  }

  stop(): void {
    this.#armed?.cancel();
    this.#armed = undefined;
  }
}
