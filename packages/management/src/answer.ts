/** A whole answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** Parsed JSON; text where it is none; undefined where it is empty. */
  readonly body: unknown;
}

/** An answer's headers by their lower-case names; of a repeated one the first. */
export class AnswerHeaders {
  readonly #headers: Readonly<Record<string, string | string[] | undefined>>;

  constructor(headers: Readonly<Record<string, string | string[] | undefined>>) {
    this.#headers = headers;
  }

  get(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** A whole number; undefined where there is none. */
  integer(name: string): number | undefined {
    const text = this.get(name)?.trim() ?? '';
    return /^\d+$/.test(text) ? Number(text) : undefined;
  }
}

export function parseBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
