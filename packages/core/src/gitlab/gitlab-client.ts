import { Agent, request, type Dispatcher } from 'undici';

import { messageOf, RunnerError } from '../errors.ts';

export interface GitLabClientOptions {
  /** The server's address; `/api/v4` is added. */
  readonly url: string;
  readonly userAgent: string;
  /** What the connection is made with: CA, client certificate, proxy. */
  readonly dispatcher?: Dispatcher;
}

/** What one call sends; the address is below `/api/v4/`. */
export interface GitLabRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: Dispatcher.DispatchOptions['body'];
  readonly signal?: AbortSignal | undefined;
  /** How long the server may take to begin its answer; 0 for as long as it likes. */
  readonly headersTimeoutMs?: number;
}

export interface GitLabAnswer {
  readonly status: number;
  readonly headers: GitLabHeaders;
  readonly text: string;
}

/** A connection to one GitLab. Redirects are answers like others: a job's token never follows one. */
export class GitLabClient implements AsyncDisposable {
  readonly url: string;
  readonly #base: string;
  readonly #dispatcher: Dispatcher;
  readonly #userAgent: string;

  constructor(options: GitLabClientOptions) {
    this.url = normaliseUrl(options.url);
    this.#base = `${this.url}/api/v4/`;
    this.#userAgent = options.userAgent;
    this.#dispatcher =
      options.dispatcher ??
      new Agent({ connections: 128, bodyTimeout: 60_000, keepAliveTimeout: 30_000 });
  }

  /**
   * Sends one request and reads the whole answer.
   *
   * @throws RunnerError `GITLAB_UNREACHABLE` (retryable) where no whole answer came.
   */
  async send(call: GitLabRequest): Promise<GitLabAnswer> {
    const answer = await this.open(call);
    try {
      return { ...answer, text: await answer.body.text() };
    } catch (cause) {
      throw this.#unreachable(cause);
    }
  }

  /** As {@link send}, but the body is left to be read: for downloads. */
  async open(
    call: GitLabRequest,
  ): Promise<{ status: number; headers: GitLabHeaders; body: Dispatcher.ResponseData['body'] }> {
    try {
      const { statusCode, headers, body } = await request(this.#base + call.path, {
        method: call.method,
        headers: { 'User-Agent': this.#userAgent, ...call.headers },
        body: call.body ?? null,
        signal: call.signal ?? null,
        headersTimeout: call.headersTimeoutMs ?? 60_000,
        dispatcher: this.#dispatcher,
      });
      return { status: statusCode, headers: new GitLabHeaders(headers), body };
    } catch (cause) {
      if (call.signal?.aborted === true) throw cause;
      throw this.#unreachable(cause);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatcher.destroy();
  }

  #unreachable(cause: unknown): RunnerError {
    const message = `GitLab at ${this.url} cannot be reached: ${describeNetworkError(cause)}.`;
    return new RunnerError('GITLAB_UNREACHABLE', message, { cause, retryable: true });
  }
}

/** The headers that GitLab speaks to runners with. */
export class GitLabHeaders {
  readonly #headers: Record<string, string | string[] | undefined>;

  constructor(headers: Record<string, string | string[] | undefined>) {
    this.#headers = headers;
  }

  get(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** The job's status at the server, as it is after the call. */
  get jobStatus(): string | undefined {
    return this.get('job-status');
  }

  /** How long to wait between two pieces of the log. */
  get traceIntervalMs(): number | undefined {
    const seconds = Number.parseInt(this.get('x-gitlab-trace-update-interval') ?? '', 10);
    return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
  }

  /** How long a 429 or 503 asks to wait, by `Retry-After` or `RateLimit-ResetTime`. */
  retryAfterMs(now: number): number | undefined {
    const after = this.get('retry-after');
    if (after !== undefined && /^\d+$/.test(after)) return Number(after) * 1000;
    const date = Date.parse(after ?? this.get('ratelimit-resettime') ?? '');
    return Number.isNaN(date) ? undefined : Math.max(0, date - now);
  }
}

/**
 * The server's address without a trailing slash and without GitLab CI's old `/ci`.
 *
 * @throws RunnerError `CONFIG_INVALID`
 */
export function normaliseUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new RunnerError(
      'CONFIG_INVALID',
      `"${url}" is no address of a GitLab; it looks like https://gitlab.example.com.`,
    );
  }
  return url.replace(/\/+$/, '').replace(/\/ci$/, '').replace(/\/+$/, '');
}

function describeNetworkError(cause: unknown): string {
  const code = errorCode(cause);
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `no such host (${code}); check the address`;
    case 'ECONNREFUSED':
      return 'nothing listens there (ECONNREFUSED); check the address and port';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `its certificate is not signed by an authority known here (${code}); give the CA with tls-ca-file, or NODE_EXTRA_CA_CERTS`;
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired (CERT_HAS_EXPIRED)';
    default:
      return code === undefined ? messageOf(cause) : `${messageOf(cause)} (${code})`;
  }
}

function errorCode(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined;
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return 'cause' in cause ? errorCode(cause.cause) : undefined;
}
