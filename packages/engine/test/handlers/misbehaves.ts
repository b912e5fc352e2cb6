/** Does what its job's name says. */
import { setTimeout as sleep } from 'node:timers/promises';

import { defineHandler } from '../../src/index.ts';

const deeds: Record<string, (signal: AbortSignal) => Promise<void> | void> = {
  good: () => sleep(50),
  throws: () => {
    throw new TypeError('no such device');
  },
  exits: () => process.exit(7),
  hangs: () => new Promise(() => undefined),
  waits: (signal) => sleep(60_000, undefined, { signal }),
  spins: () => {
    for (;;);
  },
  rejects: async () => {
    void Promise.reject(new Error('nobody waits for me'));
    await sleep(1000);
  },
  explodes: async () => {
    setTimeout(() => {
      throw new Error('thrown out of a timer');
    }, 1);
    await sleep(1000);
  },
  hoards: async (signal) => {
    const kept: Buffer[] = [];
    while (!signal.aborted) {
      if (kept.length < 100) kept.push(Buffer.alloc(8 * 1024 * 1024, 1));
      await sleep(1);
    }
  },
  exhausts: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(Array.from({ length: 1000 }, () => ({ kept })));
  },
};

export default defineHandler({
  async step(ctx) {
    if (ctx.phase !== 'script') return;
    await ctx.log.line(`I am ${ctx.job.name}`);
    await deeds[ctx.job.name.split(' ')[0] ?? '']?.(ctx.signal);
    await ctx.log.line('done');
  },
});
