const sampleSize = 4 * 1024;
const sampleCount = 8;

/** Noise has 7.95 bits a byte in a sample of this size; what is compressed or encrypted is close. */
const noiseBits = 7.9;

/**
 * Guesses from samples whether deflate would gain nothing. Noise is then stored at the speed of
 * copying, where deflate would take most of a packer's time to make it longer.
 */
export function isIncompressible(data: Buffer): boolean {
  if (data.length < sampleCount * sampleSize) return false;
  const step = Math.floor((data.length - sampleSize) / (sampleCount - 1));
  for (let index = 0; index < sampleCount; index++) {
    const sample = data.subarray(index * step, index * step + sampleSize);
    if (bitsPerByte(sample) < noiseBits) return false;
  }
  return true;
}

/** Shannon's entropy of single bytes. */
function bitsPerByte(sample: Buffer): number {
  const counts = new Uint32Array(256);
  for (const byte of sample) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits += count * Math.log2(sample.length / count);
  return bits / sample.length;
}
