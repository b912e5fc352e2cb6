import { isRunnerError, type Clock, type JobRequestAnswer, type Logger } from '@fellrunner/core';

import { Backoff } from './backoff.ts';

export interface JobRequestsOptions {
  readonly ask: (lastUpdate: string | undefined, signal: AbortSignal) => Promise<JobRequestAnswer>;
  /** How many more jobs may be asked for beside those that are being asked for. */
  readonly room: (inFlight: number) => number;
  readonly onJob: (payload: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checkIntervalMs: number;
}

/** A server that answers "nothing" later than this has held the request. */
const HELD_MS = 1000;
/** Longer than a server holds a request (Workhorse: 50 s). */
const HUNG_MS = 75_000;
/** A request that the server has held so long may be closed: it has not read its queue yet. */
const CLOSEABLE_MS = 1000;
const LAST_WAIT_MS = 2000;
/** Doubled by each job: the first one is followed by one request, the next by two, and so on. */
const FIRST_WIDTH = 0.5;

/**
 * Asks GitLab for jobs while there is room: one request at a time where there is nothing, more at
 * once the more is handed out, and again at once where the server holds requests itself.
 */
export class JobRequests {
  readonly #options: JobRequestsOptions;
  readonly #inFlight = new Map<AbortController, number>();
  readonly #backoff = new Backoff({ firstMs: 1000, mostMs: 60_000 });
  #lastUpdate: string | undefined;
  /** Whether the server holds a request that names its last update: until it has answered one at once. */
  #holds = true;
  #width = FIRST_WIDTH;
  #pausedUntil = 0;
  #cancelPause: () => void = () => undefined;
  #isStopped = false;
  #trouble: string | undefined;
  readonly #settled = Promise.withResolvers<void>();

  constructor(options: JobRequestsOptions) {
    this.#options = options;
  }

  /** Looks whether there is room, and asks. To be called whenever there may be more of it. */
  poke(): void {
    const { clock, room } = this.#options;
    if (this.#isStopped || clock.now() < this.#pausedUntil) return;
    while (this.#answering() < this.#width && room(this.#inFlight.size) > 0) {
      void this.#ask();
    }
  }

  /** The requests of which an answer is to be expected: one that hangs must not starve the runner. */
  #answering(): number {
    const longAgo = this.#options.clock.now() - HUNG_MS;
    return [...this.#inFlight.values()].filter((since) => since > longAgo).length;
  }

  /** Asks no more. A request that is held is closed; a young one is awaited, since its 201 may be under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelPause();
    const { clock } = this.#options;
    for (const [closer, since] of this.#inFlight) {
      if (clock.now() - since > CLOSEABLE_MS) closer.abort();
    }
    if (this.#inFlight.size === 0) return;
    const cancel = clock.callAt(clock.now() + LAST_WAIT_MS, () => {
      for (const closer of this.#inFlight.keys()) closer.abort();
    });
    await this.#settled.promise;
    cancel();
  }

  async #ask(): Promise<void> {
    const { ask, clock } = this.#options;
    const closer = new AbortController();
    const since = clock.now();
    this.#inFlight.set(closer, since);
    const cancelHung = clock.callAt(since + HUNG_MS, () => this.poke());
    const lastUpdate = this.#lastUpdate;
    try {
      const answer = await ask(lastUpdate, closer.signal);
      this.#inFlight.delete(closer);
      this.#take(answer, lastUpdate, clock.now() - since);
    } catch (error) {
      this.#inFlight.delete(closer);
      if (!closer.signal.aborted) this.#fail(error);
    }
    cancelHung();
    if (this.#isStopped && this.#inFlight.size === 0) this.#settled.resolve();
    this.poke();
  }

  #take(answer: JobRequestAnswer, asked: string | undefined, tookMs: number): void {
    switch (answer.kind) {
      case 'job':
        this.#width *= 2;
        this.#recover();
        this.#options.onJob(answer.payload);
        return;
      case 'none': {
        this.#recover();
        this.#width = FIRST_WIDTH;
        const isNews = answer.lastUpdate !== undefined && answer.lastUpdate !== asked;
        this.#lastUpdate = answer.lastUpdate ?? this.#lastUpdate;
        if (!isNews) this.#holds = tookMs >= HELD_MS;
        if (!this.#holds) this.#pause(this.#options.checkIntervalMs);
        return;
      }
      case 'conflict':
        this.#pause(100 + Math.random() * 400);
        return;
      case 'forbidden':
        this.#width = FIRST_WIDTH;
        this.#complain('GitLab refuses the runner token (403); trying on, slowly.');
        this.#pause(Math.max(5000, this.#backoff.next()));
        return;
      case 'busy':
        this.#width = FIRST_WIDTH;
        this.#complain(`GitLab answers ${answer.status} to requests for jobs; trying on.`);
        this.#pause(this.#backoff.next(answer.retryAfterMs));
    }
  }

  #fail(error: unknown): void {
    if (!isRunnerError(error)) throw error;
    this.#width = FIRST_WIDTH;
    this.#complain(error.message);
    this.#pause(this.#backoff.next());
  }

  #complain(trouble: string): void {
    if (this.#trouble !== trouble) this.#options.logger.warn({}, trouble);
    this.#trouble = trouble;
  }

  #recover(): void {
    if (this.#trouble !== undefined) this.#options.logger.info({}, 'GitLab answers again.');
    this.#trouble = undefined;
    this.#backoff.reset();
    this.#pausedUntil = 0;
  }

  #pause(ms: number): void {
    if (this.#isStopped) return;
    const { clock } = this.#options;
    this.#pausedUntil = clock.now() + ms;
    this.#cancelPause();
    this.#cancelPause = clock.callAt(this.#pausedUntil, () => this.poke());
  }
}
