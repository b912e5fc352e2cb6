import { expect, test } from 'vitest';

import { systemClock } from '../src/index.ts';

test('the clock calls back at its time or later, never a moment before', async () => {
  const early: number[] = [];
  const calls = Array.from({ length: 300 }, (_unused, n) => {
    const at = systemClock.now() + (n % 60);
    return new Promise<void>((resolve) => {
      systemClock.callAt(at, () => {
        const now = systemClock.now();
        if (now < at) early.push(at - now);
        resolve();
      });
    });
  });
  await Promise.all(calls);
  expect(early).toEqual([]);
});
