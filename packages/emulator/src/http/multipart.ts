const CRLF = '\r\n';
const HEADER_END = Buffer.from('\r\n\r\n');
const HEADER_LIMIT = 16 * 1024;

/** A part of a form, as its headers announce it. */
export interface Part {
  readonly name: string;
  /** Absent for a field. */
  readonly filename: string | undefined;
}

/** Takes one part's bytes, in order; a promise holds the sender back. */
export interface PartSink {
  write(chunk: Buffer): void | Promise<void>;
  end(): void | Promise<void>;
}

export class MalformedForm extends Error {
  override readonly name = 'MalformedForm';
}

/** The boundary of `multipart/form-data; boundary=…`; undefined for any other content. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/form-data\b/i.test(contentType)) return undefined;
  const match = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

/**
 * Reads a form of any size in flat memory. A chunk is copied only where a delimiter may begin at
 * its end.
 *
 * @throws {@link MalformedForm} where it ends too early or a part has no name.
 */
export async function readMultipart(
  source: AsyncIterable<Buffer>,
  boundary: string,
  open: (part: Part) => PartSink,
): Promise<void> {
  const reader = new MultipartReader(boundary, open);
  for await (const chunk of source) await reader.push(chunk);
  reader.finish();
}

class MultipartReader {
  readonly #delimiter: Buffer;
  readonly #open: (part: Part) => PartSink;
  /** The first delimiter has no line before it; one is put there to make all alike. */
  #rest: Buffer = Buffer.from(CRLF);
  #state: 'preamble' | 'delimiter' | 'headers' | 'body' | 'epilogue' = 'preamble';
  #sink: PartSink | undefined;

  constructor(boundary: string, open: (part: Part) => PartSink) {
    this.#delimiter = Buffer.from(`${CRLF}--${boundary}`);
    this.#open = open;
  }

  async push(chunk: Buffer): Promise<void> {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = Buffer.alloc(0);
    while (data.length > 0) {
      const used = await this.#step(data);
      if (used === undefined) break;
      data = data.subarray(used);
    }
    this.#rest = data;
  }

  finish(): void {
    if (this.#state !== 'epilogue')
      throw new MalformedForm('The form ends before its last boundary.');
  }

  /** Says how many bytes it is done with; undefined where it needs more. */
  #step(data: Buffer): number | undefined | Promise<number | undefined> {
    switch (this.#state) {
      case 'preamble':
      case 'body':
        return this.#content(data);
      case 'delimiter':
        return this.#afterDelimiter(data);
      case 'headers':
        return this.#headers(data);
      case 'epilogue':
        return data.length;
    }
  }

  async #content(data: Buffer): Promise<number | undefined> {
    const at = data.indexOf(this.#delimiter);
    const length = at === -1 ? data.length - this.#begunDelimiter(data) : at;
    if (length > 0) await this.#sink?.write(data.subarray(0, length));
    if (at === -1) return length === 0 ? undefined : length;
    await this.#sink?.end();
    this.#sink = undefined;
    this.#state = 'delimiter';
    return at + this.#delimiter.length;
  }

  #afterDelimiter(data: Buffer): number | undefined {
    if (data.length < 2) return undefined;
    this.#state = data.toString('latin1', 0, 2) === '--' ? 'epilogue' : 'headers';
    // The line's end stays: a part without headers has its empty line right here.
    return this.#state === 'epilogue' ? 2 : 0;
  }

  #headers(data: Buffer): number | undefined {
    const end = data.indexOf(HEADER_END);
    if (end === -1) {
      if (data.length > HEADER_LIMIT) throw new MalformedForm('A part has too many headers.');
      return undefined;
    }
    this.#sink = this.#open(parsePart(data.subarray(0, end).toString()));
    this.#state = 'body';
    return end + HEADER_END.length;
  }

  /** How much of the delimiter stands at the end of the data. */
  #begunDelimiter(data: Buffer): number {
    const most = Math.min(data.length, this.#delimiter.length - 1);
    const from = data.lastIndexOf(0x0d);
    for (let length = Math.min(most, from === -1 ? 0 : data.length); length > 0; length -= 1) {
      if (data.subarray(data.length - length).equals(this.#delimiter.subarray(0, length)))
        return length;
    }
    return 0;
  }
}

function parsePart(headers: string): Part {
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
  const name = attribute(disposition, 'name');
  if (name === undefined) throw new MalformedForm('A part has no name.');
  return { name, filename: attribute(disposition, 'filename') };
}

function attribute(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(
    disposition,
  );
  return match?.[1]?.replace(/\\(.)/g, '$1') ?? match?.[2];
}
