import type { BytesInParts } from '@fellrunner/core';

/**
 * How much is read at a time. A socket that is given more than its high-water mark takes it whole
 * before it asks for more, so a part's memory can be used again for the next.
 */
const PART_BYTES = 512 * 1024;

/** Memory that no piece uses: a new one for each would pile up before it is collected. */
let spare: Buffer | undefined;

export interface LargePiece {
  readonly offset: number;
  readonly length: number;
  /** Reads into the buffer from a place on; fewer bytes than fit only at its end. */
  readonly readInto: (buffer: Buffer, offset: number) => Promise<Buffer>;
}

/** A part's worth, which is read as a whole. */
export function isLarge(bytes: number): boolean {
  return bytes > PART_BYTES;
}

/** A piece of a file that is read while it is sent. */
export function readInParts({ offset, length, readInto }: LargePiece): BytesInParts {
  async function* parts(): AsyncGenerator<Uint8Array, void, undefined> {
    const shared = spare ?? Buffer.allocUnsafeSlow(PART_BYTES);
    spare = undefined;
    try {
      for (let done = 0; done < length;) {
        const left = length - done;
        // The last one may wait in the socket when the memory is another piece's already.
        const room = left < PART_BYTES ? Buffer.allocUnsafe(left) : shared;
        const part = await readInto(room, offset + done);
        if (part.length < room.length) throw new Error('What is to be sent has become shorter.');
        yield part;
        done += part.length;
      }
    } finally {
      spare = shared;
    }
  }
  return { length, [Symbol.asyncIterator]: parts };
}
