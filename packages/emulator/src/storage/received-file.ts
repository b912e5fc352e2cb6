import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

const BUFFERED = 4 * 1024 * 1024;

/** A file as it comes in: written, counted and hashed, and cut off beyond a limit. */
export class ReceivedFile {
  readonly path: string;
  readonly #limit: number;
  readonly #hash = createHash('sha256');
  readonly #stream: WriteStream;
  readonly #written: Promise<void>;
  #kept = false;
  size = 0;

  constructor(path: string, limit: number) {
    this.path = path;
    this.#limit = limit;
    this.#stream = createWriteStream(path, { flags: 'wx', mode: 0o600, highWaterMark: BUFFERED });
    this.#written = finished(this.#stream, { readable: false });
    // A failure is met again where the file is finished.
    this.#written.catch(() => undefined);
  }

  get tooLarge(): boolean {
    return this.size > this.#limit;
  }

  /** A promise holds the sender back while the disk is behind. */
  write(chunk: Buffer): void | Promise<void> {
    this.size += chunk.length;
    if (this.tooLarge) return;
    this.#hash.update(chunk);
    if (!this.#stream.write(chunk)) return this.#drained();
  }

  /** Gives the checksum once all is written. */
  async finish(): Promise<string> {
    this.#stream.end();
    await this.#written;
    return this.#hash.digest('hex');
  }

  /** From here on `discard` leaves it alone. */
  keep(): string {
    this.#kept = true;
    return this.path;
  }

  async discard(): Promise<void> {
    if (this.#kept) return;
    this.#stream.destroy();
    await this.#written.catch(() => undefined);
    await rm(this.path, { force: true });
  }

  async #drained(): Promise<void> {
    await Promise.race([once(this.#stream, 'drain'), this.#written]);
  }
}
