import { maskHeaders, maskJson, maskQuery } from './mask-tokens.ts';
import type { Call } from './call.ts';

const CAPACITY = 10_000;
const BODY_LIMIT = 16 * 1024;

/** One request as `GET /_emulator/requests` shows it; tokens are masked. */
export interface LoggedRequest {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Null while it is under way, and where the connection was cut instead of an answer. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly request_bytes: number;
  readonly response_bytes: number;
  readonly duration_ms: number | null;
  /** A small JSON body, parsed. */
  readonly body?: unknown;
  readonly error?: string;
}

/** A request's place in the log, filled in as it goes on. */
export interface LogEntry {
  readonly at: number;
  readonly call: Pick<Call, 'method' | 'path' | 'query'>;
  readonly rawHeaders: readonly string[];
  status: number | undefined;
  requestBytes: number;
  responseBytes: number;
  endedAt: number | undefined;
  body: Buffer | undefined;
  error: string | undefined;
}

/** The latest requests, as many as a ring holds, and counts of all. */
export class RequestLog {
  #ring: LogEntry[] = [];
  #total = 0;
  #counts = new Map<string, number>();

  open(call: Call): LogEntry {
    const entry: LogEntry = {
      at: Date.now(),
      call: { method: call.method, path: call.path, query: call.query },
      rawHeaders: call.message.rawHeaders,
      status: undefined,
      requestBytes: 0,
      responseBytes: 0,
      endedAt: undefined,
      body: undefined,
      error: undefined,
    };
    this.#ring[this.#total % CAPACITY] = entry;
    this.#total += 1;
    return entry;
  }

  close(entry: LogEntry, call: Call, status: number | undefined): void {
    entry.status = status;
    entry.endedAt = Date.now();
    entry.requestBytes = call.receivedBytes;
    entry.error ??= call.problem?.stack;
    if (
      call.body !== undefined &&
      call.body.size > 0 &&
      call.body.size <= BODY_LIMIT &&
      isJson(call)
    ) {
      entry.body = call.body.bytes();
    }
    const key = `${call.method} ${call.pattern} ${status ?? 'cut'}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** From the oldest that is still held to the latest. */
  list(): LoggedRequest[] {
    const start = this.#total > CAPACITY ? this.#total % CAPACITY : 0;
    return [...this.#ring.slice(start), ...this.#ring.slice(0, start)].map(toLogged);
  }

  /** How many there were in all, and by method, route and status. */
  counts(): { total: number; by_route: Record<string, number> } {
    return { total: this.#total, by_route: Object.fromEntries(this.#counts) };
  }

  clear(): void {
    this.#ring = [];
    this.#total = 0;
    this.#counts.clear();
  }
}

function isJson(call: Call): boolean {
  return (call.header('content-type') ?? '').startsWith('application/json');
}

function toLogged(entry: LogEntry): LoggedRequest {
  return {
    at: new Date(entry.at).toISOString(),
    method: entry.call.method,
    path: entry.call.path,
    query: maskQuery(entry.call.query),
    status: entry.status ?? null,
    headers: maskHeaders(entry.rawHeaders),
    request_bytes: entry.requestBytes,
    response_bytes: entry.responseBytes,
    duration_ms: entry.endedAt === undefined ? null : entry.endedAt - entry.at,
    ...(entry.body === undefined ? {} : { body: maskJson(entry.body) }),
    ...(entry.error === undefined ? {} : { error: entry.error }),
  };
}
