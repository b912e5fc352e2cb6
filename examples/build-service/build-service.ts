// Simulates a build service, such as OBS: it builds on whoever watches, and neither knows nor minds.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A build, whose state and log are set by whoever works on it. */
export class Build {
  readonly id: number;
  readonly key: string;
  readonly packages: readonly string[];
  state: 'building' | 'succeeded' | 'failed' | 'canceled' = 'building';
  log = '';

  constructor(id: number, key: string, packages: readonly string[]) {
    this.id = id;
    this.key = key;
    this.packages = packages;
  }
}

export class BuildService implements AsyncDisposable {
  readonly builds: Build[] = [];
  /** Answers with 503 as long as it is. */
  isAway = false;
  /** How many requests came while it was away. */
  turnedAway = 0;
  readonly #work: (build: Build) => void;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  private constructor(work: (build: Build) => void) {
    this.#work = work;
  }

  /** Calls `work` with each new build, and does not wait for it. */
  static async start(work: (build: Build) => void): Promise<BuildService> {
    const service = new BuildService(work);
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isAway) {
      this.turnedAway += 1;
      response.writeHead(503).end();
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const build =
      request.method === 'POST'
        ? await this.#submit(request)
        : this.builds[Number(pathname.split('/')[2]) - 1];
    if (build === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (request.method === 'DELETE' && build.state === 'building') build.state = 'canceled';
    const { id, state, log } = build;
    const view = { id, state, log: log.slice(Number(searchParams.get('from'))) };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(view));
  }

  /** A key that was seen before stands for the build of then. */
  async #submit(request: IncomingMessage): Promise<Build> {
    const { packages } = (await json(request)) as { packages: readonly string[] };
    const key = String(request.headers['idempotency-key']);
    const known = this.builds.find((build) => build.key === key);
    if (known !== undefined) return known;
    const build = new Build(this.builds.length + 1, key, packages);
    this.builds.push(build);
    this.#work(build);
    return build;
  }
}
