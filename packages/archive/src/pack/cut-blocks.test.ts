import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockPool, blockSize } from './block-pool.ts';
import { cutBlocks } from './read-entry.ts';

async function lengthsOf(chunks: readonly Uint8Array[]): Promise<number[]> {
  const lengths: number[] = [];
  for await (const block of cutBlocks(chunks, new BlockPool())) lengths.push(block.length);
  return lengths;
}

test('cutBlocks cuts at the same places however the stream was cut', async () => {
  const size = 2 * blockSize + 17;
  const data = Buffer.alloc(size, 'abc');
  const cuts = fc.array(fc.nat({ max: size }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const sorted = [0, ...places.toSorted((a, b) => a - b), size];
      const chunks = sorted.slice(1).map((end, index) => data.subarray(sorted[index], end));
      expect(await lengthsOf(chunks)).toEqual([blockSize, blockSize, 17]);
    }),
    { numRuns: 25 },
  );
});

test('cutBlocks gives one empty block of nothing', async () => {
  expect(await lengthsOf([])).toEqual([0]);
});
