/** Prints now and then until it is told to end, and says what it was told. */
import { setTimeout as sleep } from 'node:timers/promises';

import { defineHandler } from '../../src/index.ts';

export default defineHandler({
  async step(ctx) {
    if (ctx.phase !== 'script') return ctx.log.line(`${ctx.phase}: ${ctx.jobStatus}`);
    while (!ctx.signal.aborted) {
      await ctx.log.line('waiting');
      await sleep(100);
    }
    return ctx.log.line(`the signal says ${ctx.signal.reason}`);
  },
});
