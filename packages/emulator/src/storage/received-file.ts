import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';

/** A file as it comes in: written, counted and hashed, and cut off beyond a limit. */
export class ReceivedFile {
  readonly path: string;
  readonly #limit: number;
  readonly #hash = createHash('sha256');
  #handle: FileHandle | undefined;
  #kept = false;
  size = 0;

  constructor(path: string, limit: number) {
    this.path = path;
    this.#limit = limit;
  }

  get tooLarge(): boolean {
    return this.size > this.#limit;
  }

  async write(chunk: Buffer): Promise<void> {
    this.size += chunk.length;
    if (this.tooLarge) return;
    this.#hash.update(chunk);
    this.#handle ??= await open(this.path, 'wx', 0o600);
    await this.#handle.write(chunk);
  }

  /** Gives the checksum once all is written; an empty file is one too. */
  async finish(): Promise<string> {
    this.#handle ??= await open(this.path, 'wx', 0o600);
    await this.#handle.close();
    this.#handle = undefined;
    return this.#hash.digest('hex');
  }

  /** From here on `discard` leaves it alone. */
  keep(): string {
    this.#kept = true;
    return this.path;
  }

  async discard(): Promise<void> {
    if (this.#kept) return;
    await this.#handle?.close();
    this.#handle = undefined;
    await rm(this.path, { force: true });
  }
}
