import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const fileCount = 16;
const chunkBytes = 4 * 1024 * 1024;

/** Fills a folder with 16 files: every other one is noise, the others text that packs to 40 %. */
export function writeMaterial(folder: string, totalBytes: number): void {
  mkdirSync(folder, { recursive: true });
  const text = madeUpText(chunkBytes);
  const noise = Buffer.allocUnsafe(chunkBytes);
  for (let index = 0; index < fileCount; index++) {
    const file = openSync(join(folder, `file-${String(index).padStart(2, '0')}`), 'w');
    for (let left = totalBytes / fileCount; left > 0; left -= chunkBytes) {
      const chunk = index % 2 === 0 ? randomFillSync(noise) : text;
      writeSync(file, chunk.subarray(0, left));
    }
    closeSync(file);
  }
}

/** Sentences of 2,000 made-up words, some of them frequent; the same in every run. */
function madeUpText(bytes: number): Buffer {
  const random = createRandom(2);
  const letter = (): string => String.fromCharCode(0x61 + Math.floor(random() * 26));
  const words = Array.from({ length: 2000 }, () =>
    Array.from({ length: 2 + Math.floor(random() * 8) }, letter).join(''),
  );
  const lines: string[] = [];
  for (let length = 0; length < bytes;) {
    const line: string[] = [];
    for (let width = 0; width <= 90;) {
      const word = words[Math.floor(words.length * random() * random())] ?? '';
      line.push(word);
      width += word.length + 1;
    }
    lines.push(line.join(' '));
    length += (lines.at(-1)?.length ?? 0) + 1;
  }
  return Buffer.from(lines.join('\n')).subarray(0, bytes);
}

/** mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
