import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a job of the handler `does-as-told.ts` is to do next. */
export type Command = { readonly kind: 'print'; readonly text: string } | { readonly kind: 'end' };

/** Tells jobs what to do, each when the test wants it. */
export class Director implements AsyncDisposable {
  readonly #server: Server;
  /** The jobs that wait to be told. */
  readonly #waiting = new Map<number, ServerResponse>();
  #wake: () => void = () => undefined;

  private constructor() {
    this.#server = createServer((request, response) => {
      const job = Number(request.url?.slice(1));
      this.#waiting.set(job, response);
      response.on('close', () => {
        if (this.#waiting.get(job) === response) this.#waiting.delete(job);
      });
      this.#wake();
    });
  }

  static async start(): Promise<Director> {
    const director = new Director();
    director.#server.listen(0, '127.0.0.1');
    await once(director.#server, 'listening');
    return director;
  }

  /** What a job needs to be told. */
  get variables(): { readonly DIRECTOR: string } {
    return { DIRECTOR: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}` };
  }

  /** How many jobs run and wait for a word. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves when a job runs and has done what it was told before. */
  async isReady(job: number): Promise<ServerResponse> {
    for (;;) {
      const response = this.#waiting.get(job);
      if (response !== undefined) return response;
      await new Promise<void>((resolve) => {
        const others = this.#wake;
        this.#wake = () => {
          others();
          resolve();
        };
      });
    }
  }

  /** Lets a job print, and resolves when it has. */
  async print(job: number, text: string): Promise<void> {
    await this.#tell(job, { kind: 'print', text });
    await this.isReady(job);
  }

  /** Lets a job come to its end. */
  end(job: number): Promise<void> {
    return this.#tell(job, { kind: 'end' });
  }

  async #tell(job: number, command: Command): Promise<void> {
    const response = await this.isReady(job);
    this.#waiting.delete(job);
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(command));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
