import { writeFileSync } from 'node:fs';

import { compileOutput } from '../../packages/engine/bench/trace-text.ts';
import { SeededRandom } from '../../packages/engine/src/trace/testing/seeded-random.ts';

const BLOCK_BYTES = 8 * 2 ** 20;

/** A file of what builds print, the same in every run, to be printed again and again. */
export function writeBuildOutput(file: string): { readonly bytes: number } {
  const block = compileOutput(BLOCK_BYTES, new SeededRandom(1));
  writeFileSync(file, block);
  return { bytes: block.length };
}
