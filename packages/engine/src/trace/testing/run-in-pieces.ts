import type { ByteTransform } from '../byte-transform.ts';

/**
 * The transform's whole output where its input comes in pieces of these lengths, again and again
 * from the first. Each piece is spoiled after it was written, as by a caller that uses its buffer
 * again.
 */
export function runInPieces(
  transform: ByteTransform,
  text: Uint8Array,
  lengths: readonly number[],
): Buffer {
  const output: Buffer[] = [];
  for (let from = 0, i = 0; from < text.length; i++) {
    const piece = Buffer.from(text.subarray(from, from + lengths[i % lengths.length]!));
    output.push(Buffer.from(transform.write(piece)));
    from += piece.length;
    piece.fill(0xff);
  }
  output.push(Buffer.from(transform.end()));
  return Buffer.concat(output);
}

export function runWhole(transform: ByteTransform, text: Uint8Array): Buffer {
  return runInPieces(transform, text, [Math.max(1, text.length)]);
}
