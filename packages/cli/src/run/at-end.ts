/** Holds what ends with a run. `AsyncDisposableStack` would do, but Node 22 has none. */
export class AtEnd implements AsyncDisposable {
  readonly #held: (AsyncDisposable | Disposable)[] = [];

  use(held: AsyncDisposable | Disposable | undefined): void {
    if (held !== undefined) this.#held.push(held);
  }

  /** The last first; one that fails keeps none from its turn. */
  async [Symbol.asyncDispose](): Promise<void> {
    const held = this.#held.pop();
    if (held === undefined) return;
    try {
      if (Symbol.asyncDispose in held) await held[Symbol.asyncDispose]();
      else held[Symbol.dispose]();
    } finally {
      await this[Symbol.asyncDispose]();
    }
  }
}
