/**
 * How many bytes two texts have in common at their beginning. With `timesDiffer` a digit is as
 * good as another: a section's marks hold the time at which it was begun again.
 */
export function commonLength(a: Uint8Array, b: Uint8Array, timesDiffer: boolean): number {
  const length = Math.min(a.length, b.length);
  if (Buffer.compare(a.subarray(0, length), b.subarray(0, length)) === 0) return length;
  let same = 0;
  while (same < length && (a[same] === b[same] || (timesDiffer && areDigits(a[same], b[same]))))
    same += 1;
  return same;
}

function areDigits(...bytes: readonly (number | undefined)[]): boolean {
  return bytes.every((byte) => byte !== undefined && byte >= 0x30 && byte <= 0x39);
}
