import { ByteJoiner } from './byte-joiner.ts';
import type { ByteTransform } from './byte-transform.ts';
import { MASK } from './mask.ts';

/** GitLab's own tokens and the parts of presigned Amazon URLs, as the official runner has them. */
const secretKeys: ReadonlySet<string> = new Set([
  'private_token',
  'authenticity_token',
  'rss_token',
  'x-amz-signature',
  'x-amz-credential',
  'x-amz-security-token',
]);
const keyLengths = new Set([...secretKeys].map(({ length }) => length));
const longestKey = Math.max(...keyLengths);
const nothing = new Uint8Array();

const QUESTION_MARK = 0x3f;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const SPACE = 0x20;
const DELETE = 0x7f;

/**
 * Puts `[MASKED]` in place of the value of a URL's secret parameters (`?key=value`, `&key=value`,
 * whatever the key's case). A value goes on to the next `?`, `&`, white space or control
 * character of ASCII; an empty one is masked too.
 */
export class UrlParameterMasker implements ByteTransform {
  /** What has been read of a key since `?` or `&`; undefined outside a key. */
  #key: string | undefined;
  #inValue = false;

  get heldBytes(): number {
    return this.#inValue ? 1 : this.#key === undefined ? 0 : this.#key.length + 1;
  }

  write(chunk: Uint8Array): Uint8Array {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const nextMark = markFinder(bytes);
    const output = new ByteJoiner();
    let kept = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.#inValue) {
        at = valueEnd(bytes, at);
        kept = at;
        this.#inValue = at === bytes.length;
      } else if (this.#key === undefined) {
        at = nextMark(at) + 1;
        if (at <= bytes.length) this.#key = '';
      } else {
        at = this.#readKey(bytes, at);
        if (!this.#inValue) continue;
        output.push(chunk.subarray(kept, at));
        output.push(MASK);
        kept = at;
      }
    }
    output.push(kept === 0 ? chunk : chunk.subarray(kept));
    return output.join();
  }

  end(): Uint8Array {
    this.#key = undefined;
    this.#inValue = false;
    return nothing;
  }

  /** Reads on in a key, up to its `=`, to a byte that no secret key has, or to the chunk's end. */
  #readKey(bytes: Buffer, from: number): number {
    const before: string = this.#key ?? '';
    const limit = Math.min(bytes.length, from + longestKey - before.length + 1);
    let at = from;
    while (at < limit && isKeyByte(bytes[at]!)) at++;
    const length = before.length + at - from;
    const readKey = () => before + bytes.toString('latin1', from, at);
    this.#key = at === bytes.length && length <= longestKey ? readKey() : undefined;
    if (bytes[at] !== EQUALS || !keyLengths.has(length)) return at;
    if (!secretKeys.has(readKey().toLowerCase())) return at;
    this.#inValue = true;
    return at + 1;
  }
}

/** Where the next `?` or `&` is, asked for ascending places; the length where there is none. */
function markFinder(bytes: Buffer): (from: number) => number {
  const next = (mark: number, from: number) => {
    const at = bytes.indexOf(mark, from);
    return at < 0 ? bytes.length : at;
  };
  let question = -1;
  let ampersand = -1;
  return (from) => {
    if (question < from) question = next(QUESTION_MARK, from);
    if (ampersand < from) ampersand = next(AMPERSAND, from);
    return Math.min(question, ampersand);
  };
}

function valueEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && !endsValue(bytes[at]!)) at++;
  return at;
}

function endsValue(byte: number): boolean {
  return byte <= SPACE || byte === DELETE || byte === QUESTION_MARK || byte === AMPERSAND;
}

/** A letter, `-` or `_`. */
function isKeyByte(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || byte === 0x2d || byte === 0x5f;
}
