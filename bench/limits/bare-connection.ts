import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer of the emulator, which always says how long its body is. */
export interface BareAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** HTTP/1.1 with next to nothing between it and the socket: the least that a client can cost. */
export class BareConnection implements Disposable {
  readonly #socket: Socket;
  readonly #host: string;
  #received = Buffer.alloc(0);

  constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
  }

  static async open(url: string): Promise<BareConnection> {
    const { host, hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).setNoDelay();
    await once(socket, 'connect');
    return new BareConnection(socket, host);
  }

  /** One request at a time. */
  async send(method: string, path: string, headers: string, body: Buffer): Promise<BareAnswer> {
    const head = `${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n${headers}`;
    this.#socket.cork();
    this.#socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`);
    this.#socket.write(body);
    this.#socket.uncork();
    for (;;) {
      const answer = this.#parse();
      if (answer !== undefined) return answer;
      const [chunk] = (await once(this.#socket, 'data')) as [Buffer];
      this.#received = Buffer.concat([this.#received, chunk]);
    }
  }

  #parse(): BareAnswer | undefined {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const head = this.#received.toString('latin1', 0, end);
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    const size = end + 4 + length;
    if (this.#received.length < size) return undefined;
    const body = this.#received.subarray(end + 4, size);
    this.#received = this.#received.subarray(size);
    return { status: Number(head.slice(9, 12)), body };
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
