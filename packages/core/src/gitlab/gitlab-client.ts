import type { Dispatcher } from 'undici';

import { isRunnerError, RunnerError } from '../errors.ts';
import { Connections } from './connections.ts';
import { describeNetworkError } from './describe-network-error.ts';
import { undici } from './undici.ts';
import { wholeAnswer } from './whole-answer.ts';

export interface GitLabClientOptions {
  /** The server's address; `/api/v4` is added. */
  readonly url: string;
  readonly userAgent: string;
  /** What is connected with: authorities, the runner's certificate, proxies. */
  readonly connections?: Connections;
}

type Body = Exclude<Dispatcher.DispatchOptions['body'], undefined>;

/** What one call sends; the path is below `/api/v4/`, or an address of the same server. */
export interface GitLabRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: Body | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  /** How long the server may take to begin its answer; 0 for as long as it likes. */
  readonly headersTimeoutMs?: number;
  /** Whether the caller reads what is redirected; otherwise it is an error of the address. */
  readonly takesRedirects?: boolean;
}

export interface GitLabAnswer {
  readonly status: number;
  readonly headers: GitLabHeaders;
  readonly text: string;
}

/** An answer whose body is left to be read. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: GitLabHeaders;
  readonly body: Dispatcher.ResponseData['body'];
}

/** A connection to one GitLab. A job's token never follows a redirect to another server. */
export class GitLabClient implements AsyncDisposable {
  readonly url: string;
  readonly #base: URL;
  readonly #connections: Connections;
  readonly #userAgent: string;

  constructor({ connections = new Connections(), url, userAgent }: GitLabClientOptions) {
    this.url = normaliseUrl(url);
    this.#base = new URL(`${this.url}/api/v4/`);
    this.#userAgent = userAgent;
    this.#connections = connections;
  }

  /** The server's verified certificates as PEM, once a request has reached it over TLS. */
  get certificateChain(): string | undefined {
    return this.#connections.chainOf(this.#base);
  }

  /** Of a path below `/api/v4/`. */
  urlOf(path: string): URL {
    return new URL(path, this.#base);
  }

  /** Whether an address is this GitLab's own, so that it may get a token. */
  isOwn(url: URL): boolean {
    return url.origin === this.#base.origin;
  }

  /**
   * Sends one request and reads the whole answer.
   *
   * @throws RunnerError `GITLAB_UNREACHABLE` (retryable) where no whole answer came.
   */
  async send(call: GitLabRequest): Promise<GitLabAnswer> {
    const url = this.urlOf(call.path);
    const answer = await this.#attempt(url, call, () => {
      const { origin, pathname, search } = url;
      const place = { origin, path: `${pathname}${search}`, method: call.method };
      const options = { ...place, ...this.#optionsOf(call) };
      return wholeAnswer(this.#connections.toGitLab(url), options, call.signal);
    });
    const { status, text } = answer;
    const headers = new GitLabHeaders(answer.headers);
    if (call.takesRedirects !== true) this.#refuseRedirect(status, headers);
    this.#noticeMissingCertificate(status, text);
    return { status, headers, text };
  }

  /** As {@link send}, but the body is left to be read: for downloads. */
  open(call: GitLabRequest): Promise<OpenAnswer> {
    const url = this.urlOf(call.path);
    return this.#open(url, call, this.#connections.toGitLab.bind(this.#connections));
  }

  /** Asks for something that lies elsewhere: neither a token nor the runner's certificate goes there. */
  openElsewhere(url: URL, signal: AbortSignal | undefined): Promise<OpenAnswer> {
    const call = { method: 'GET', path: '', signal } as const;
    return this.#open(url, call, this.#connections.toOthers.bind(this.#connections));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connections[Symbol.asyncDispose]();
  }

  async #open(
    url: URL,
    call: GitLabRequest,
    dispatcherFor: (url: URL) => Dispatcher,
  ): Promise<OpenAnswer> {
    const { statusCode, headers, body } = await this.#attempt(url, call, () =>
      undici().request(url, {
        method: call.method,
        ...this.#optionsOf(call),
        signal: call.signal ?? null,
        dispatcher: dispatcherFor(url),
      }),
    );
    return { status: statusCode, headers: new GitLabHeaders(headers), body };
  }

  #optionsOf(
    call: GitLabRequest,
  ): Pick<Dispatcher.DispatchOptions, 'headers' | 'body' | 'headersTimeout'> {
    return {
      headers: { 'User-Agent': this.#userAgent, ...call.headers },
      // undici takes whatever can be iterated; its types do not say so.
      body: (call.body ?? null) as Body,
      headersTimeout: call.headersTimeoutMs ?? 60_000,
    };
  }

  async #attempt<T>(url: URL, call: GitLabRequest, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (cause) {
      if (call.signal?.aborted === true) throw cause;
      throw this.#unreachable(cause, url);
    }
  }

  /** GitLab's API redirects nothing but downloads and uploads: another address was meant. */
  #refuseRedirect(status: number, headers: GitLabHeaders): void {
    const to = headers.locationFrom(this.#base);
    if (status < 300 || status > 399 || to === undefined) return;
    const end = to.pathname.indexOf('/api/v4/');
    const meant = end < 0 ? to.origin : to.origin + to.pathname.slice(0, end);
    throw new RunnerError(
      'GITLAB_UNREACHABLE',
      `${this.url} redirects to ${meant}; give that as the address of GitLab.`,
      { retryable: true },
    );
  }

  /** nginx greets whoever shows no certificate, or the wrong one, and then answers with 400. */
  #noticeMissingCertificate(status: number, text: string): void {
    if (status !== 400 || !/SSL certificate/i.test(text)) return;
    throw new RunnerError(
      'GITLAB_UNREACHABLE',
      `GitLab at ${this.url} wants a certificate of the runner; give the right one with tls-cert-file and tls-key-file.`,
      { retryable: true },
    );
  }

  #unreachable(cause: unknown, url: URL): RunnerError {
    if (isRunnerError(cause)) return cause;
    const where = this.isOwn(url) ? `GitLab at ${this.url}` : url.origin;
    const why = describeNetworkError(cause, this.#connections.proxyFor(url));
    const message = `${where} cannot be reached: ${why}.`;
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

  /** Where a redirect leads. */
  locationFrom(base: URL): URL | undefined {
    const location = this.get('location');
    return location === undefined ? undefined : (URL.parse(location, base.href) ?? undefined);
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
