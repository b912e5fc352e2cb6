import type { StoreHealth } from '@fellrunner/core';

/** Remembers whether writes get through, and tells of changes only. */
export class HealthSwitch {
  #state: StoreHealth = { writable: true };
  readonly #listeners = new Set<(health: StoreHealth) => void>();

  get state(): StoreHealth {
    return this.#state;
  }

  become(state: StoreHealth): void {
    if (isSame(this.#state, state)) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  listen(listener: (health: StoreHealth) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function isSame(a: StoreHealth, b: StoreHealth): boolean {
  if (a.writable || b.writable) return a.writable === b.writable;
  return a.why === b.why;
}
