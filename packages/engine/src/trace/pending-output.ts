const HEADER_BYTES = 24;
const MEMORY_BYTES = HEADER_BYTES + 8 * 1024;
const MOST_SPARE = 64;
/** Memory of jobs that have ended: a new one costs more than all else that a short job does. */
const spare: SharedArrayBuffer[] = [];

/**
 * Output that is not in the spool's file yet, in memory that a thread shares with the engine: so
 * small output needs no file at all, and what a thread printed is there also after its death.
 */
export class PendingOutput {
  readonly memory: SharedArrayBuffer;
  readonly #header: Uint32Array;
  readonly #cursor: Float64Array;
  readonly #room: Uint8Array;

  constructor(memory: SharedArrayBuffer = spare.pop() ?? new SharedArrayBuffer(MEMORY_BYTES)) {
    this.memory = memory;
    this.#header = new Uint32Array(memory, 0, 3);
    this.#cursor = new Float64Array(memory, 16, 1);
    this.#room = new Uint8Array(memory, HEADER_BYTES);
  }

  get length(): number {
    return this.#header[0] ?? 0;
  }

  /** The bytes, as they lie there: to be used before the next call. */
  get bytes(): Uint8Array {
    return this.#room.subarray(0, this.length);
  }

  /** False where there is no room left: then what is here must go first. */
  push(bytes: Uint8Array): boolean {
    const { length } = this;
    if (length + bytes.length > this.#room.length) return false;
    this.#room.set(bytes, length);
    this.#header[0] = length + bytes.length;
    return true;
  }

  clear(): void {
    this.#header[0] = 0;
  }

  /** Whether the call has written to the file, whose size then counts. */
  get hasWritten(): boolean {
    return this.#header[1] === 1;
  }

  set hasWritten(value: boolean) {
    this.#header[1] = value ? 1 : 0;
  }

  /** How far a call that passes over earlier output has come in it; 0 where it writes anew. */
  get cursor(): number {
    return this.#cursor[0] ?? 0;
  }

  set cursor(value: number) {
    this.#cursor[0] = value;
  }

  /** The call was given up, and its code may still run: it must write nothing more anywhere. */
  get isRevoked(): boolean {
    return this.#header[2] === 1;
  }

  revoke(): void {
    this.#header[2] = 1;
  }

  /** Nobody uses the memory any more, so that another job may. */
  release(): void {
    if (spare.length >= MOST_SPARE) return;
    this.#header.fill(0);
    this.#cursor.fill(0);
    spare.push(this.memory);
  }
}
