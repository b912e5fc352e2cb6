/** The bytes that a stage keeps back: a queue that grows at its end and gives from its front. */
export class HeldBytes {
  #bytes: Uint8Array = new Uint8Array(64);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  append(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#bytes.length) this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** A copy, since the queue's own memory is used again. */
  copy(from: number, to: number): Uint8Array {
    return this.#bytes.slice(this.#start + from, this.#start + to);
  }

  drop(count: number): void {
    this.#start += Math.min(count, this.length);
    if (this.#start === this.#end) this.#start = this.#end = 0;
  }

  #makeRoom(extra: number): void {
    const needed = this.length + extra;
    const roomy = needed * 2 > this.#bytes.length ? new Uint8Array(needed * 2) : this.#bytes;
    roomy.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = roomy;
    this.#end = this.length;
    this.#start = 0;
  }
}
