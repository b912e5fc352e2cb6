import { setImmediate } from 'node:timers/promises';

import { VirtualClock } from '@fellrunner/testkit';
import { describe, expect, test } from 'vitest';

import { KeepAlive } from './keep-alive.ts';

describe('a silent job', () => {
  test('is heard of every thirty seconds where GitLab would wait longer', async () => {
    const { clock, touches } = setup({ intervalMs: 60_000 });
    await pass(clock, 95_000);
    expect(touches).toEqual([30_000, 60_000, 90_000]);
  });

  test('asks within the interval where somebody looks at its log', async () => {
    const { clock, touches } = setup({ intervalMs: 3000 });
    await pass(clock, 10_000);
    expect(touches).toEqual([3000, 6000, 9000]);
  });

  test('asks once a second at most, whatever the server says', async () => {
    const { clock, touches } = setup({ intervalMs: 0 });
    await pass(clock, 3500);
    expect(touches).toEqual([1000, 2000, 3000]);
  });

  test('is not heard of beside a piece of its log', async () => {
    const { clock, touches, job } = setup({ intervalMs: 60_000 });
    await pass(clock, 20_000);
    job.lastContactAt = clock.now();
    await pass(clock, 25_000);
    expect(touches).toEqual([]);
    await pass(clock, 5000);
    expect(touches).toEqual([50_000]);
  });

  test('is silent for good once it has ended', async () => {
    const { clock, keepAlive, touches } = setup({ intervalMs: 3000 });
    keepAlive.stop();
    await pass(clock, 60_000);
    expect(touches).toEqual([]);
  });
});

function setup({ intervalMs }: { intervalMs: number }) {
  const clock = new VirtualClock(0);
  const job = { lastContactAt: 0 };
  const touches: number[] = [];
  const keepAlive = new KeepAlive({
    clock,
    lastContactAt: () => job.lastContactAt,
    intervalMs: () => intervalMs,
    touch: () => {
      touches.push(clock.now());
      return Promise.resolve();
    },
  });
  keepAlive.start();
  return { clock, job, keepAlive, touches };
}

/** Half a second at a time, so that what a call has left to promises happens in between. */
async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    clock.advance(Math.min(left, 500));
    await setImmediate();
  }
}
