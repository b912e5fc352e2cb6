import { isUtf8 } from 'node:buffer';
import type { ByteTransform } from './byte-transform.ts';

const replacement: Uint8Array = new TextEncoder().encode('\ufffd');
const nothing = new Uint8Array();

/**
 * Makes the output valid UTF-8 as Go's `strings.ToValidUTF8` does: each run of bytes that belong to
 * no character becomes one U+FFFD. A character's bytes leave together, so any piece of output is
 * valid by itself.
 */
export class Utf8Sanitizer implements ByteTransform {
  /** The beginning of a character whose rest is still to come: three bytes at most. */
  #begun: Uint8Array = nothing;
  /** The output's last character stands for a run of invalid bytes, which may go on. */
  #inInvalidRun = false;

  get heldBytes(): number {
    return this.#begun.length + (this.#inInvalidRun ? 1 : 0);
  }

  write(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return chunk;
    const bytes = this.#begun.length > 0 ? Buffer.concat([this.#begun, chunk]) : chunk;
    const whole = bytes.length - unfinishedLength(bytes);
    this.#begun = whole < bytes.length ? Uint8Array.from(bytes.subarray(whole)) : nothing;
    return this.#sanitize(bytes.subarray(0, whole));
  }

  end(): Uint8Array {
    const rest = this.#sanitize(this.#begun);
    this.#begun = nothing;
    this.#inInvalidRun = false;
    return rest;
  }

  #sanitize(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return bytes;
    if (isUtf8(bytes)) {
      this.#inInvalidRun = false;
      return bytes;
    }
    return this.#replaceInvalid(bytes);
  }

  #replaceInvalid(bytes: Uint8Array): Uint8Array {
    // At worst every other byte is invalid: two bytes become four.
    const output = Buffer.allocUnsafe(bytes.length * 2 + replacement.length);
    let end = 0;
    for (let at = 0; at < bytes.length;) {
      const length = characterLength(bytes, at);
      if (length <= 0 && !this.#inInvalidRun) {
        for (let i = 0; i < replacement.length; i++) output[end++] = replacement[i]!;
      }
      this.#inInvalidRun = length <= 0;
      for (let i = 0; i < length; i++) output[end++] = bytes[at + i]!;
      at += Math.max(1, length);
    }
    return output.subarray(0, end);
  }
}

/** How many bytes at the end begin a character without finishing it. */
function unfinishedLength(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0)
      return characterLength(bytes, bytes.length - length) === UNFINISHED ? length : 0;
  }
  return 0;
}

const INVALID = 0;
const UNFINISHED = -1;

/** The length of the character that begins here, or that there is none, or none yet. */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return INVALID;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (let i = 1; i < length; i++) {
    if (at + i === bytes.length) return UNFINISHED;
    if (!continues(lead, i, bytes[at + i]!)) return INVALID;
  }
  return length;
}

/** The second byte's range is narrower after some leads: no overlong forms, surrogates or more than U+10FFFF. */
function continues(lead: number, index: number, byte: number): boolean {
  const least = index > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = index > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  return byte >= least && byte <= most;
}
