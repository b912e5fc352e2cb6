/** Waits for its end beside others in one thread; one that is called deaf hears nothing of it. */
import { setTimeout as sleep } from 'node:timers/promises';

import { defineHandler } from '../../src/index.ts';

export default defineHandler({
  isolation: 'shared',
  async step(ctx) {
    await ctx.log.line('here');
    if (ctx.phase !== 'script' || ctx.job.name === 'brief') return;
    if (ctx.job.name === 'deaf') await new Promise(() => undefined);
    while (!ctx.signal.aborted) {
      await ctx.log.line('still here');
      await sleep(200);
    }
  },
});
