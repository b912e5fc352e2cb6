import type { OnceAttempt, OnceOptions, OnceResult, OnceValue } from '@fellrunner/core';

const MOST_BYTES = 1024 * 1024;

export interface OnceLedgerOptions {
  /** Of this step, in the order of the log. */
  readonly results: readonly OnceResult[];
  readonly signal: AbortSignal;
  /** Makes a result durable; resolves after the commit. */
  readonly commit: (key: string, value: OnceValue) => Promise<void>;
  /** The last result of the log was asked for. */
  readonly onReplayed: (spoolOffset: number) => void;
}

/** A step's named pieces of work: those that are done, and those that this run does. */
export class OnceLedger {
  readonly #options: OnceLedgerOptions;
  readonly #asked = new Set<string>();
  readonly #done = new Map<string, OnceValue>();
  readonly #waiting = new Map<string, () => void>();
  #released = 0;

  constructor(options: OnceLedgerOptions) {
    this.#options = options;
    for (const { key, value } of options.results) this.#done.set(key, value);
  }

  /** The keys in the log that this run has not asked for. */
  get unasked(): readonly string[] {
    return this.#options.results.map(({ key }) => key).filter((key) => !this.#asked.has(key));
  }

  recall(key: string): unknown {
    const value = this.#done.get(key);
    return value === undefined ? undefined : toResult(value);
  }

  async once<T>(
    key: string,
    body: (attempt: OnceAttempt) => Promise<T> | T,
    options: OnceOptions = {},
  ): Promise<T> {
    if (this.#asked.has(key)) {
      throw new Error(
        `once: the key "${key}" is used twice in this step; give each piece of work its own.`,
      );
    }
    this.#asked.add(key);
    const known = this.#done.get(key);
    if (known !== undefined) {
      await this.#inOrder(key);
      return toResult(known) as T;
    }
    const value = toValue(key, await this.#attempt(key, body, options));
    await this.#options.commit(key, value);
    this.#done.set(key, value);
    return toResult(value) as T;
  }

  /** Results are released in the order in which they were committed, so that output keeps its order. */
  #inOrder(key: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(key, resolve);
      this.#release();
    });
  }

  #release(): void {
    const { results, onReplayed } = this.#options;
    for (;;) {
      const next = results[this.#released];
      const resolve = next === undefined ? undefined : this.#waiting.get(next.key);
      if (next === undefined || resolve === undefined) return;
      this.#released += 1;
      if (this.#released === results.length) onReplayed(next.spoolOffset);
      resolve();
    }
  }

  async #attempt<T>(
    key: string,
    body: (attempt: OnceAttempt) => Promise<T> | T,
    { retries = 0, timeoutMs }: OnceOptions,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const limit = timeoutMs === undefined ? [] : [AbortSignal.timeout(timeoutMs)];
      const signal = AbortSignal.any([this.#options.signal, ...limit]);
      try {
        return await untilAborted(
          Promise.resolve(body({ signal, attempt })),
          limit[0],
          key,
          timeoutMs,
        );
      } catch (error) {
        if (attempt > retries || this.#options.signal.aborted) throw error;
      }
    }
  }
}

/** A body that does not heed its signal is given up when its time is over. */
function untilAborted<T>(
  work: Promise<T>,
  limit: AbortSignal | undefined,
  key: string,
  timeoutMs: number | undefined,
): Promise<T> {
  if (limit === undefined) return work;
  return new Promise((resolve, reject) => {
    limit.addEventListener(
      'abort',
      () => reject(new Error(`once: "${key}" took longer than ${timeoutMs} ms.`)),
      {
        once: true,
      },
    );
    work.then(resolve, reject);
  });
}

function toValue(key: string, result: unknown): OnceValue {
  if (result instanceof Uint8Array) return bytesValue(key, result);
  let text: string | undefined;
  try {
    text = JSON.stringify(result);
  } catch (cause) {
    throw new Error(
      `once: the result of "${key}" cannot be kept, since it is no JSON: ${String(cause)}`,
      { cause },
    );
  }
  if (text === undefined && result !== undefined) {
    throw new Error(`once: the result of "${key}" cannot be kept: a ${typeof result} is no JSON.`);
  }
  return { kind: 'json', text: text ?? '' };
}

function bytesValue(key: string, bytes: Uint8Array): OnceValue {
  if (bytes.length > MOST_BYTES) {
    throw new Error(
      `once: the result of "${key}" has ${bytes.length} bytes; up to ${MOST_BYTES} can be kept.`,
    );
  }
  return { kind: 'bytes', bytes };
}

/** A fresh result is given as a replayed one will be: through JSON, so that no run differs. */
function toResult(value: OnceValue): unknown {
  if (value.kind === 'bytes') return value.bytes;
  return value.text === '' ? undefined : JSON.parse(value.text);
}
