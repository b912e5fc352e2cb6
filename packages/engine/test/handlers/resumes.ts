/** Does its work in named pieces, each of which may be done once only. */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { defineHandler } from '../../src/index.ts';

export default defineHandler({
  resumable: true,
  async step(ctx) {
    if (ctx.phase !== 'script') return;
    const diary = ctx.job.variables.value('DIARY');
    const pieces = Number(ctx.job.variables.value('PIECES') || 3);
    const pauseMs = Number(ctx.job.variables.value('PAUSE_MS') || 0);
    for (let piece = 0; piece < pieces; piece += 1) {
      await ctx.log.line(`piece ${piece} begins`);
      const result = await ctx.once(`piece-${piece}`, () => {
        appendFileSync(diary, `${ctx.job.id}:${piece}\n`);
        return { piece };
      });
      await ctx.log.line(`piece ${result.piece} is done`);
      await sleep(pauseMs, undefined, { signal: ctx.signal });
    }
  },
  cleanup(ctx) {
    const diary = ctx.job.variables.value('DIARY');
    const last = ctx.recall<{ piece: number }>('piece-0', 'script');
    appendFileSync(diary, `${ctx.job.id}:cleanup ${ctx.outcome} ${last?.piece}\n`);
  },
});
