import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import type { Spool } from '../storage/spool.ts';
import { Call } from './call.ts';
import type { Affliction, Faults } from './fault.ts';
import { Refusal } from './refusal.ts';
import { json, type Reply } from './reply.ts';
import { drainBody, readBody } from './request-body.ts';
import type { LogEntry, RequestLog } from './request-log.ts';
import type { Endpoint, Router } from './router.ts';

const CONTROL = '/_emulator';
const KEEP_ALIVE_MS = 75_000;

export interface HttpServerParts {
  readonly router: Router;
  readonly faults: Faults;
  readonly requestLog: RequestLog;
  readonly spool: Spool;
}

interface Exchange {
  readonly call: Call;
  readonly endpoint: Endpoint;
  readonly affliction: Affliction | undefined;
  /** Absent for the control calls, which are not what a runner does. */
  readonly entry: LogEntry | undefined;
}

/** HTTP on one port: reads requests, lets faults strike, runs endpoints, sends their answers. */
export class HttpServer {
  readonly #server: Server;
  readonly #parts: HttpServerParts;
  readonly #delays = new Set<NodeJS.Timeout>();
  #requests = 0;

  constructor(parts: HttpServerParts) {
    this.#parts = parts;
    this.#server = createServer(
      { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0, highWaterMark: 256 * 1024 },
      (message, response) => this.#receive(message, response),
    );
  }

  /** Resolves to the address once connections are accepted. */
  listen(host: string, port: number): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, backlog: 4096 }, () => {
        this.#server.off('error', reject);
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  /** Cuts every connection; resolves when the port is free. */
  close(): Promise<void> {
    for (const delay of this.#delays) clearTimeout(delay);
    this.#delays.clear();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #receive(message: IncomingMessage, response: ServerResponse): void {
    const call = new Call(message, response);
    const control = call.path.startsWith(CONTROL);
    const { faults, requestLog, router } = this.#parts;
    const resolution = router.resolve(call.method, call.path);
    if (resolution.kind === 'found') {
      call.captures = resolution.captures;
      call.pattern = resolution.route.pattern;
    }
    const exchange: Exchange = {
      call,
      endpoint:
        resolution.kind === 'found' ? resolution.route.endpoint : () => unrouted(resolution),
      affliction: control ? undefined : faults.meet(call.method, call.path, call.query),
      entry: control ? undefined : requestLog.open(call),
    };
    response.on('error', ignoreBrokenConnection);
    if (!works(exchange)) this.#drain(exchange);
    else if (resolution.kind === 'found' && resolution.route.streams) this.#begin(exchange);
    else this.#read(exchange);
  }

  #read(exchange: Exchange): void {
    readBody(exchange.call.message, this.#parts.spool, (body) => {
      if (body === undefined) return this.#cut(exchange);
      exchange.call.body = body;
      exchange.call.receivedBytes = body.size;
      this.#begin(exchange);
    });
  }

  #drain(exchange: Exchange): void {
    drainBody(exchange.call.message, (received) => {
      if (received === undefined) return this.#cut(exchange);
      exchange.call.receivedBytes = received;
      this.#begin(exchange);
    });
  }

  #begin(exchange: Exchange): void {
    const delayMs = exchange.affliction?.delayMs ?? 0;
    if (delayMs === 0) return this.#work(exchange);
    const timer = setTimeout(() => {
      this.#delays.delete(timer);
      this.#work(exchange);
    }, delayMs);
    this.#delays.add(timer);
  }

  #work(exchange: Exchange): void {
    const { call, affliction, endpoint } = exchange;
    if (call.gone || affliction?.end === 'reset') return this.#cut(exchange);
    if (typeof affliction?.end === 'object') return this.#send(exchange, affliction.end.reply);
    try {
      const reply = endpoint(call);
      if (!(reply instanceof Promise)) return this.#send(exchange, reply);
      reply.then(
        (value) => this.#send(exchange, value),
        (error: unknown) => this.#send(exchange, toReply(error, exchange)),
      );
    } catch (error) {
      this.#send(exchange, toReply(error, exchange));
    }
  }

  #send(exchange: Exchange, reply: Reply): void {
    const { call, affliction, entry } = exchange;
    if (call.gone || affliction?.end === 'drop-after') return this.#cut(exchange, reply);
    const size = byteLength(reply.body);
    call.response.writeHead(reply.status, this.#headersOf(reply, size));
    if (entry !== undefined) {
      entry.responseBytes = size ?? 0;
      if (size === undefined) countBytes(reply, entry);
      this.#parts.requestLog.close(entry, call, reply.status);
    }
    if (isStream(reply.body)) pipeline(reply.body, call.response, ignoreBrokenConnection);
    else call.response.end(reply.body);
  }

  #headersOf(
    { status, headers }: Reply,
    size: number | undefined,
  ): Record<string, string | number> {
    this.#requests += 1;
    const number = this.#requests.toString(32).toUpperCase().padStart(16, '0');
    return {
      'X-Frame-Options': 'SAMEORIGIN',
      'X-Content-Type-Options': 'nosniff',
      'X-Request-Id': `01EMULATOR${number}`,
      ...(size === undefined || status === 204 ? {} : { 'Content-Length': size }),
      ...headers,
    };
  }

  #cut(exchange: Exchange, unsent?: Reply): void {
    const { call, entry } = exchange;
    if (isStream(unsent?.body)) unsent.body.destroy();
    if (entry !== undefined) this.#parts.requestLog.close(entry, call, undefined);
    call.message.socket.destroy();
  }
}

/** A client may leave while it is being answered; that is its right and nobody's error. */
function ignoreBrokenConnection(): void {}

function works({ affliction }: Exchange): boolean {
  return affliction === undefined || affliction.end === 'work' || affliction.end === 'drop-after';
}

function isStream(body: Reply['body']): body is Readable {
  return typeof body === 'object' && !Buffer.isBuffer(body);
}

function countBytes({ body }: Reply, entry: LogEntry): void {
  if (isStream(body)) body.on('data', (chunk: Buffer) => (entry.responseBytes += chunk.length));
}

function byteLength(body: Reply['body']): number | undefined {
  if (body === undefined) return 0;
  if (typeof body === 'string') return Buffer.byteLength(body);
  return Buffer.isBuffer(body) ? body.length : undefined;
}

function unrouted(
  resolution: { kind: 'wrong-method'; allowed: string } | { kind: 'unknown' },
): Reply {
  if (resolution.kind === 'unknown') return json(404, { error: '404 Not Found' });
  return json(405, { error: '405 Not Allowed' }, { Allow: resolution.allowed });
}

function toReply(error: unknown, { entry }: Exchange): Reply {
  if (error instanceof Refusal) return error.reply;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (entry !== undefined) entry.error = text;
  return json(500, { message: '500 Internal Server Error', error: text });
}
