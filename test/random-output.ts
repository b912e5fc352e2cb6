const WORDS = [
  'make: ',
  'ok ',
  'Grüße ',
  '日本語 ',
  '🏃‍♀️ ',
  '\u001B[32mgreen\u001B[0m ',
  '\t',
  '}{ ',
  '0123456789 ',
];
const BROKEN = [[0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x8f], [0x80, 0x80], [0xed, 0xa0, 0x80]];

/** Bytes as a wild program prints them: text of several scripts, broken sequences, and a secret. */
export function randomOutput(random: () => number, secret: string): Buffer {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const pieces: Buffer[] = [];
  const lines = 20 + Math.floor(random() * 80);
  for (let line = 0; line < lines; line += 1) {
    for (let word = 0; word < 8; word += 1) {
      const chance = random();
      if (chance < 0.08) pieces.push(Buffer.from(pick(BROKEN)));
      else if (chance < 0.12) pieces.push(Buffer.from(secret));
      else pieces.push(Buffer.from(pick(WORDS)));
    }
    pieces.push(Buffer.from('\n'));
  }
  return Buffer.concat(pieces);
}

/** What GitLab is to get of it: the secret masked, each run of invalid bytes one U+FFFD. */
export function expectedTrace(output: Buffer, secret: string): string {
  let text = '';
  let isBroken = false;
  for (let at = 0; at < output.length;) {
    const length = validLength(output, at);
    if (length === 0) {
      if (!isBroken) text += '\uFFFD';
      isBroken = true;
      at += 1;
    } else {
      text += output.toString('utf8', at, at + length);
      isBroken = false;
      at += length;
    }
  }
  return text.replaceAll(secret, '[MASKED]');
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How long the character is that begins here; 0 where none does. */
function validLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    try {
      strict.decode(bytes.subarray(at, at + length));
      return length;
    } catch {
      // Not yet a whole character, or none at all: a longer piece may be one.
    }
  }
  return 0;
}
