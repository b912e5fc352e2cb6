import { inspect } from 'node:util';

/** A value that prints as `[MASKED]` everywhere; only {@link reveal} gives it away. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[MASKED]';
  }

  toJSON(): string {
    return '[MASKED]';
  }

  [inspect.custom](): string {
    return '[MASKED]';
  }
}
