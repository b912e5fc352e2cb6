import type { Clock } from '@fellrunner/core';

/** A clock that stands still until a test moves it; hours pass in no time. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #calls = new Set<Call>();

  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  callAt(at: number, callback: () => void): () => void {
    const call = { at, callback };
    this.#calls.add(call);
    return () => this.#calls.delete(call);
  }

  /** When the next call is due; undefined where none is waiting. */
  get nextCallAt(): number | undefined {
    return this.#earliest()?.at;
  }

  /**
   * Lets time pass, stopping at each call that falls due, those included which such calls ask
   * for. What a call leaves to promises happens after this returns.
   */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let call = this.#earliest(); call && call.at <= end; call = this.#earliest()) {
      this.#calls.delete(call);
      this.#now = Math.max(this.#now, call.at);
      call.callback();
    }
    this.#now = end;
  }

  /** Of two calls for the same time the one asked for first. */
  #earliest(): Call | undefined {
    let earliest: Call | undefined;
    for (const call of this.#calls) {
      if (earliest === undefined || call.at < earliest.at) earliest = call;
    }
    return earliest;
  }
}

interface Call {
  readonly at: number;
  readonly callback: () => void;
}
