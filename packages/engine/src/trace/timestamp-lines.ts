const newline: Uint8Array = new TextEncoder().encode('\n');
const nothing = new Uint8Array();

/** `O` for what a program writes to its standard output, `E` for its standard error. */
export interface LogStream {
  /** 0 for the runner's own lines, 1 for the job's. */
  readonly number: number;
  readonly type: 'O' | 'E';
}

/**
 * Puts the official runner's header before each line: `2026-01-02T03:04:05.678900Z 01O `, whose
 * last character is `+` where the line goes on an earlier one of its stream. The time is that of
 * the line's first byte, and a line is passed on as it comes. So only a line into which another
 * stream wrote is continued; the official runner, which waits for a line's end, also breaks lines
 * at every carriage return and at 8 KiB, depending on how the bytes happen to arrive.
 *
 * One of these serves all streams of a log.
 */
export class LineTimestamper {
  readonly #now: () => number;
  /** Whose line the log ends in, where it does not end in a newline. */
  #open: string | undefined;
  /** Streams whose line was broken off by another's. */
  readonly #broken = new Set<string>();
  #second = NaN;
  #secondText = '';

  /** The clock gives milliseconds since 1970, with fractions where it has them. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The log ends within a line, or a line that was broken off may still go on. */
  get isWithinLine(): boolean {
    return this.#open !== undefined || this.#broken.size > 0;
  }

  write(bytes: Uint8Array, stream: LogStream): Uint8Array {
    if (bytes.length === 0) return bytes;
    const tag = tagOf(stream);
    const ended = this.#open !== undefined && this.#open !== tag ? this.#breakLine(this.#open) : '';
    return Buffer.from(ended + this.#stamp(latin1(bytes), tag), 'latin1');
  }

  /** Ends the stream's line where it lacks its newline, as the official runner does. */
  endStream(stream: LogStream): Uint8Array {
    const tag = tagOf(stream);
    this.#broken.delete(tag);
    if (this.#open !== tag) return nothing;
    this.#open = undefined;
    return newline;
  }

  #breakLine(tag: string): string {
    this.#broken.add(tag);
    this.#open = undefined;
    return '\n';
  }

  #stamp(text: string, tag: string): string {
    const header = `${this.#time()}${tag}`;
    const ended = text.endsWith('\n');
    const lines = ended ? text.slice(0, -1) : text;
    const first = this.#open === tag ? '' : `${header}${this.#broken.delete(tag) ? '+' : ' '}`;
    this.#open = ended ? undefined : tag;
    return `${first}${lines.replaceAll('\n', `\n${header} `)}${ended ? '\n' : ''}`;
  }

  #time(): string {
    const microseconds = Math.floor(this.#now() * 1000);
    const second = Math.floor(microseconds / 1e6);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = new Date(second * 1000).toISOString().slice(0, 20);
    }
    return `${this.#secondText}${String(microseconds - second * 1e6).padStart(6, '0')}Z `;
  }
}

function tagOf({ number, type }: LogStream): string {
  return `${number.toString(16).padStart(2, '0')}${type}`;
}

/** One character for each byte, so that nothing is decoded; strings find lines faster than bytes. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
