import { request } from 'undici';
import type { z } from 'zod';
import { AnswerHeaders, parseBody, type Answer } from './answer.ts';
import { ManagementError } from './management-error.ts';
import type { ManagementConfig } from './management-options.ts';
import { describeNetworkFailure, type NetworkFailure } from './network-failure.ts';
import { retryDelayMs, type Failure } from './retry-delay.ts';
import type { Secret } from './secret.ts';
import { toError } from './to-error.ts';

/** One call of the API; its path is below `/api/v4/`. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Who asks: the client's own token unless said otherwise. */
  readonly as?: 'user' | 'nobody';
  /** Whether doing it twice is the same as doing it once; a `POST` is not, unless it says so. */
  readonly repeatable?: boolean;
}

type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly text: string }
  | { readonly kind: 'failed'; readonly failure: NetworkFailure; readonly cause: unknown };

/** The way to one GitLab: credentials, retries, and errors for what is refused. */
export class Connection implements AsyncDisposable {
  readonly #config: ManagementConfig;

  constructor(config: ManagementConfig) {
    this.#config = config;
  }

  /** Sends a call, and parses what comes back. @throws ManagementError */
  async fetch<T>(call: ApiCall, schema: z.ZodType<T>): Promise<T> {
    return this.parse(call, await this.send(call), schema);
  }

  /** @throws ManagementError `GITLAB_UNEXPECTED`, without the answer: it may hold a token. */
  parse<T>(call: ApiCall, { status, body }: Answer, schema: z.ZodType<T>): T {
    const result = schema.safeParse(body);
    if (result.success) return result.data;
    const problems = result.error.issues
      .slice(0, 3)
      .map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
    throw new ManagementError(
      'GITLAB_UNEXPECTED',
      `${call.method} ${call.path} at ${this.#config.url}: not an answer of GitLab (${problems.join('; ')}).`,
      { status },
    );
  }

  /** Sends a call until it succeeds or is not worth another try. @throws ManagementError */
  async send(call: ApiCall): Promise<Answer> {
    let mayBeDone = false;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#attempt(call);
      if (outcome.kind === 'answered' && isSuccess(outcome.answer, call, mayBeDone)) {
        return outcome.answer;
      }
      const failure = toFailure(outcome, call, attempt);
      const delayMs = retryDelayMs(failure, this.#config.retries, Date.now());
      if (delayMs === undefined) throw this.#toError(call, outcome);
      mayBeDone ||= leavesDoubt(failure);
      await this.#config.wait(delayMs, this.#config.signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#config.ownsDispatcher) await this.#config.dispatcher.destroy();
  }

  async #attempt(call: ApiCall): Promise<Outcome> {
    const { dispatcher, signal, timeoutMs, url } = this.#config;
    const query = call.query === undefined || call.query.size === 0 ? '' : `?${call.query}`;
    try {
      const response = await request(`${url}/api/v4/${call.path}${query}`, {
        method: call.method,
        headers: this.#headersOf(call),
        body: call.json === undefined ? null : JSON.stringify(call.json),
        signal: signal ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        dispatcher,
      });
      const headers = new AnswerHeaders(response.headers);
      const text = await response.body.text();
      const answer = { status: response.statusCode, headers, body: parseBody(text) };
      return { kind: 'answered', answer, text };
    } catch (cause) {
      if (signal?.aborted === true) throw cause;
      return { kind: 'failed', failure: describeNetworkFailure(cause), cause };
    }
  }

  #headersOf({ json, headers, as = 'user' }: ApiCall): Record<string, string> {
    const { token, tokenType, userAgent } = this.#config;
    return {
      Accept: 'application/json',
      'User-Agent': userAgent,
      ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined || as === 'nobody' ? {} : credentialOf(token, tokenType)),
      ...headers,
    };
  }

  #toError({ method, path }: ApiCall, outcome: Outcome): ManagementError {
    const { url } = this.#config;
    if (outcome.kind === 'answered') return toError({ method, path, url }, outcome.answer);
    return new ManagementError(
      'GITLAB_UNREACHABLE',
      `GitLab at ${url} cannot be reached: ${outcome.failure.text}.`,
      { cause: outcome.cause, retryable: outcome.failure.kind !== 'hopeless' },
    );
  }
}

function credentialOf(token: Secret, type: 'private' | 'oauth'): Record<string, string> {
  return type === 'private'
    ? { 'PRIVATE-TOKEN': token.reveal() }
    : { Authorization: `Bearer ${token.reveal()}` };
}

/** What a delete that may have been done does not find was deleted by it. */
function isSuccess({ status }: Answer, { method }: ApiCall, mayBeDone: boolean): boolean {
  return (status >= 200 && status < 300) || (method === 'DELETE' && status === 404 && mayBeDone);
}

function toFailure(outcome: Outcome, call: ApiCall, attempt: number): Failure {
  const repeatable = call.repeatable ?? call.method !== 'POST';
  if (outcome.kind === 'failed') {
    return { repeatable, attempt, cause: { kind: outcome.failure.kind } };
  }
  const { answer, text } = outcome;
  const { status, headers } = answer;
  return { repeatable, attempt, cause: { kind: 'answered', status, headers, text } };
}

/** After a cut connection or a server error nobody knows whether the work was done. */
function leavesDoubt({ cause }: Failure): boolean {
  return cause.kind === 'cut' || (cause.kind === 'answered' && cause.status >= 500);
}
