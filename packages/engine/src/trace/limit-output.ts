const nothing = new Uint8Array();

export interface OutputLimitOptions {
  /** As GitLab's runner's `output_limit`, in bytes; 0 for none. */
  readonly limitBytes: number;
  /** How much may be written past the limit by {@link OutputLimit.writeTail}. */
  readonly tailBytes?: number;
  /** What the log holds already, notice included, when its writing is taken up again. */
  readonly writtenBytes?: number;
}

/**
 * Ends a job's log at its limit with the official runner's notice. The job's own last lines go
 * through `writeTail`, for which there is room past the limit. One limit serves all streams of a
 * job; it is given whole characters, so none is cut in two.
 */
export class OutputLimit {
  readonly #limit: number;
  #written: number;
  #tailRoom: number;
  #exceeded: boolean;

  constructor({ limitBytes, tailBytes = 4096, writtenBytes = 0 }: OutputLimitOptions) {
    this.#limit = limitBytes === 0 ? Infinity : limitBytes;
    this.#tailRoom = tailBytes;
    this.#written = writtenBytes;
    this.#exceeded = writtenBytes > this.#limit;
  }

  /** The notice has been written: no more output is taken. */
  get exceeded(): boolean {
    return this.#exceeded;
  }

  get writtenBytes(): number {
    return this.#written;
  }

  write(text: Uint8Array): Uint8Array {
    if (this.#exceeded || text.length === 0) return nothing;
    const room = this.#limit - this.#written;
    if (text.length < room) return this.#count(text);
    this.#exceeded = true;
    return this.#count(Buffer.concat([cutText(text, Math.max(0, room)), this.#notice()]));
  }

  /** For the job's last lines, such as `ERROR: Job failed: …`; never ends in a notice. */
  writeTail(text: Uint8Array): Uint8Array {
    const room = Math.max(0, this.#limit - this.#written);
    const tail = cutText(text, (this.#exceeded ? 0 : room) + this.#tailRoom);
    this.#tailRoom -= Math.max(0, tail.length - (this.#exceeded ? 0 : room));
    return this.#count(tail);
  }

  #count(text: Uint8Array): Uint8Array {
    this.#written += text.length;
    return text;
  }

  #notice(): Buffer {
    return Buffer.from(
      `\n\u001b[33;1mJob's log exceeded limit of ${this.#limit} bytes.\n` +
        'Job execution will continue but no more output will be collected.\u001b[0;m\n',
    );
  }
}

/** The text's first characters that fit. */
function cutText(text: Uint8Array, room: number): Uint8Array {
  if (text.length <= room) return text;
  let end = room;
  while (end > 0 && (text[end]! & 0xc0) === 0x80) end--;
  return text.subarray(0, end);
}
