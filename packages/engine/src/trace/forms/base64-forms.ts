/** Where `base64` and PEM writers break their lines. */
const lineLengths = [76, 64];

/**
 * What base64 shows of a secret wherever it stands in the encoded data: at each of the three
 * alignments the characters that depend on the secret alone, in both alphabets. For a secret
 * encoded by itself the lines into which tools break a long encoding are there too.
 */
export function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const aligned = [0, 1, 2].map((before) => stableCharacters(bytes, before));
  const [alone = ''] = aligned;
  const lines = lineLengths.flatMap((length) => (alone.length > length ? cut(alone, length) : []));
  return [...aligned, ...aligned.map(toUrlAlphabet), ...lines];
}

/** Drops the characters at the edges, whose six bits are shared with a neighbouring byte. */
function stableCharacters(bytes: Buffer, before: number): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  const from = Math.ceil((before * 8) / 6);
  const to = Math.floor(((before + bytes.length) * 8) / 6);
  return encoded.slice(from, to);
}

function cut(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, line) =>
    text.slice(line * length, (line + 1) * length),
  );
}

function toUrlAlphabet(encoded: string): string {
  return encoded.replaceAll('+', '-').replaceAll('/', '_');
}
