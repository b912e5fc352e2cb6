import type { Clock } from '@fellrunner/core';

import { Backoff } from '../backoff.ts';
import { KeepAlive } from '../keep-alive.ts';
import { pauseBetween } from '../trace/log-pace.ts';
import type { SessionTrace } from './session-trace.ts';

/** Sends a session's log when it is due, and tells GitLab of a silent job that it runs. */
export class SessionDelivery {
  readonly #trace: SessionTrace;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #keepAlive: KeepAlive;
  readonly #backoff = new Backoff({ firstMs: 1000, mostMs: 60_000 });
  #retryAt = 0;
  #cancel: (() => void) | undefined;
  /** What is no trouble of GitLab's or the network's, such as a full disk; the next call throws it. */
  failure: unknown;

  constructor(trace: SessionTrace, clock: Clock, signal: AbortSignal) {
    this.#trace = trace;
    this.#clock = clock;
    this.#signal = signal;
    this.#keepAlive = new KeepAlive({
      clock,
      lastContactAt: () => trace.lastContactAt,
      intervalMs: () => trace.intervalMs,
      touch: () => this.#attempt(),
    });
    this.#keepAlive.start();
    signal.addEventListener('abort', () => this.stop(), { once: true });
  }

  /** There is more to send: it goes out when it is due. */
  grew(): void {
    if (this.#signal.aborted || this.#trace.waitingBytes <= 0) return;
    this.#cancel?.();
    this.#cancel = this.#clock.callAt(this.#dueAt(), () => {
      this.#cancel = undefined;
      void this.#attempt().then(() => this.grew());
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#keepAlive.stop();
  }

  #dueAt(): number {
    const { intervalMs, lastContactAt, waitingBytes } = this.#trace;
    return Math.max(lastContactAt + pauseBetween(waitingBytes, intervalMs), this.#retryAt);
  }

  async #attempt(): Promise<void> {
    if (this.#clock.now() < this.#retryAt) return;
    try {
      const end = await (this.#trace.waitingBytes > 0
        ? this.#trace.attempt(this.#signal)
        : this.#trace.ask(this.#signal));
      if (end.kind === 'trouble') {
        this.#retryAt = this.#clock.now() + this.#backoff.next(end.retryAfterMs);
      } else {
        this.#backoff.reset();
      }
    } catch (error) {
      if (!this.#signal.aborted) this.failure = error;
    }
  }
}
