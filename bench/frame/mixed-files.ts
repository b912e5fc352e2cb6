import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { writeMaterial } from '../../packages/archive/bench/material.ts';

const SMALL_BYTES = 2000;

/** Large files of text and of noise, and beside them a tenth of the bytes in many small ones. */
export function writeMixedFiles(folder: string, totalBytes: number): void {
  writeMaterial(folder, totalBytes * 0.9);
  writeSmallFiles(join(folder, 'small'), (totalBytes * 0.1) / SMALL_BYTES);
}

export function writeSmallFiles(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  const text = 'a line of a small file\n'.repeat(SMALL_BYTES / 23);
  for (let n = 0; n < count; n += 1) writeFileSync(join(folder, `${n}.txt`), `${n} ${text}`);
}
