/**
 * What masking means, without regard to speed or streams: the reference that the tests hold
 * SecretMasker against.
 */
export function maskWhole(text: Buffer, patterns: readonly Uint8Array[]): Buffer {
  const pieces: Buffer[] = [];
  let end = 0;
  for (const occurrence of occurrencesOf(text, patterns)) {
    if (occurrence.start >= end) pieces.push(text.subarray(end, occurrence.start), masked);
    end = Math.max(end, occurrence.end);
  }
  return Buffer.concat([...pieces, text.subarray(end)]);
}

const masked = Buffer.from('[MASKED]');

function occurrencesOf(text: Buffer, patterns: readonly Uint8Array[]) {
  const occurrences: { start: number; end: number }[] = [];
  for (const pattern of patterns) {
    for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) {
      occurrences.push({ start: at, end: at + pattern.length });
    }
  }
  return occurrences.toSorted((a, b) => a.start - b.start);
}
