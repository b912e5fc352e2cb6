import { inspect } from 'node:util';

/** A token that prints as `[MASKED]` everywhere; only {@link reveal} gives it away. */
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

/** A token as callers may hand it in. */
export type TokenInput = string | Secret;

export function toSecret(token: TokenInput): Secret {
  return typeof token === 'string' ? new Secret(token) : token;
}
