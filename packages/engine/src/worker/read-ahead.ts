import type { FileHandle } from 'node:fs/promises';

/** Enough for what a quiet script says; a thousand of them wait at once. */
const FIRST_BYTES = 16 * 1024;
const MOST_BYTES = 512 * 1024;

/** Reads a file piece by piece; where much lies in it the next piece comes in while one is used. */
export class ReadAhead {
  readonly #file: FileHandle;
  #size = FIRST_BYTES;
  #buffers = twoOf(FIRST_BYTES);
  #ahead: { readonly from: number; readonly piece: Promise<Buffer> } | undefined;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * What lies there, up to a piece; nothing where the file ends now. The bytes are to be used
   * before the next call.
   */
  async read(offset: number): Promise<Buffer> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    const known = ahead?.from === offset ? await ahead.piece : undefined;
    // What was the end when it was read ahead may not be any more.
    const bytes = known !== undefined && known.length > 0 ? known : await this.#readNow(offset);
    if (bytes.length === this.#size) this.#readAhead(offset + bytes.length);
    return bytes;
  }

  #readAhead(from: number): void {
    if (this.#size < MOST_BYTES) {
      this.#size *= 4;
      this.#buffers = twoOf(this.#size);
    }
    const piece = this.#readNow(from);
    // Whoever asks for it hears of an error; where nobody does, it is of no interest.
    piece.catch(() => undefined);
    this.#ahead = { from, piece };
  }

  async #readNow(offset: number): Promise<Buffer> {
    const [buffer, other] = this.#buffers;
    this.#buffers = [other, buffer];
    const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, offset);
    return buffer.subarray(0, bytesRead);
  }
}

function twoOf(bytes: number): [Buffer, Buffer] {
  return [Buffer.allocUnsafe(bytes), Buffer.allocUnsafe(bytes)];
}
