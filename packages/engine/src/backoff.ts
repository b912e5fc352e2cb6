/** Growing pauses with jitter and a cap; what a server asks for counts, up to a limit. */
export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #mostAskedMs: number;
  #attempt = 0;

  constructor(options: {
    readonly firstMs: number;
    readonly mostMs: number;
    /** A server that asks for more (a `Retry-After` of a day) is asked again after this. */
    readonly mostAskedMs?: number;
  }) {
    this.#firstMs = options.firstMs;
    this.#mostMs = options.mostMs;
    this.#mostAskedMs = options.mostAskedMs ?? 5 * 60_000;
  }

  /** The next pause in milliseconds: between half and all of the step that is reached. */
  next(askedMs?: number): number {
    const step = Math.min(this.#mostMs, this.#firstMs * 2 ** this.#attempt);
    this.#attempt = Math.min(this.#attempt + 1, 30);
    const own = step / 2 + (Math.random() * step) / 2;
    return askedMs === undefined ? own : Math.min(this.#mostAskedMs, Math.max(askedMs, own));
  }

  reset(): void {
    this.#attempt = 0;
  }
}
