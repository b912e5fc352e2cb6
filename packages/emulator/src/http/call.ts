import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ByteLog } from '../storage/byte-log.ts';
import { Parameters } from './parameters.ts';
import { parseParameters } from './parse-parameters.ts';

/** One request under way, as an endpoint sees it. */
export class Call {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The values of the route's `:names`, decoded, in their order. */
  captures: readonly string[] = [];
  /** The whole body; undefined for endpoints that read `message` themselves. */
  body: ByteLog | undefined;
  /** The route that took the request, with its `:names`. */
  pattern = '';
  receivedBytes = 0;
  /** What went wrong inside, for the request log. */
  problem: Error | undefined;
  #parameters: Parameters | undefined;

  constructor(message: IncomingMessage, response: ServerResponse) {
    this.message = message;
    this.response = response;
    this.method = message.method ?? 'GET';
    const url = message.url ?? '/';
    const mark = url.indexOf('?');
    this.path = mark === -1 ? url : url.slice(0, mark);
    this.query = mark === -1 ? '' : url.slice(mark + 1);
  }

  header(name: string): string | undefined {
    const value = this.message.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  get parameters(): Parameters {
    this.#parameters ??= new Parameters(
      parseParameters(this.query, this.#bodyText(), this.header('content-type') ?? ''),
    );
    return this.#parameters;
  }

  /** The query alone, for endpoints whose body is no parameters. */
  get queryParameters(): Parameters {
    return new Parameters(parseParameters(this.query, '', ''));
  }

  capture(index: number): string {
    return this.captures[index] ?? '';
  }

  /** True once the client has closed its connection: nothing may be handed to it any more. */
  get gone(): boolean {
    return this.response.destroyed || this.message.socket.destroyed;
  }

  /** Calls back when the client closes its connection before it was answered. */
  onGone(listener: () => void): () => void {
    this.response.once('close', listener);
    return () => this.response.off('close', listener);
  }

  #bodyText(): string {
    return this.body === undefined || this.body.size === 0 ? '' : this.body.bytes().toString();
  }
}
