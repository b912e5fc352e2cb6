/** Prints the same on every run, and notes each piece of work in a diary when it does it. */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { defineHandler } from '@fellrunner/engine';

export default defineHandler({
  resumable: true,
  async step(ctx) {
    if (ctx.phase !== 'script') return;
    const diary = ctx.job.variables.value('DIARY');
    const pieces = Number(ctx.job.variables.value('PIECES'));
    for (let piece = 0; piece < pieces; piece += 1) {
      await ctx.log.line(`piece ${piece} begins, ${'·'.repeat(piece % 7)}`);
      const { number } = await ctx.once(`piece-${piece}`, () => {
        appendFileSync(diary, `${ctx.job.id} ${piece}\n`);
        return { number: piece };
      });
      await ctx.log.line(`piece ${number} is done`);
      await sleep(30, undefined, { signal: ctx.signal });
    }
  },
  *artifacts(ctx) {
    yield { path: 'out/result.txt', data: `result of ${ctx.job.id}\n` };
  },
});
