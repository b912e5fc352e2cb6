import { expect, test } from 'vitest';
import { backoffSeconds } from './backoff.ts';

test.each([
  [0, 1],
  [1.5, 1],
  [3.9, 1],
  [4, 2],
  [8, 4],
  [100, 32],
  [128, 64],
  [100_000, 64],
])('after %d seconds of trying the next try is due in %d', (age, seconds) => {
  expect(backoffSeconds(age)).toBe(seconds);
});
