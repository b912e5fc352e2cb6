/** Waits until it is told to end, also in another process; says how often it was called, where asked to. */
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';

import { defineHandler } from '../../src/index.ts';

export default defineHandler({
  resumable: true,
  async step(ctx) {
    if (ctx.phase !== 'script') return;
    const diary = ctx.job.variables.value('DIARY');
    appendFileSync(diary, 'x');
    const calls = readFileSync(diary).length;
    if (ctx.job.variables.value('SPEAKS') === 'true') await ctx.log.line(`${calls} calls`);
    if (!ctx.signal.aborted) await once(ctx.signal, 'abort');
  },
});
