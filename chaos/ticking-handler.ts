/** Prints a numbered line each 50 ms by a clock that it set once, so that a resume catches up. */
import { setTimeout as sleep } from 'node:timers/promises';

import { defineHandler } from '@fellrunner/engine';

const TICK_MS = 50;
/** So often something is done once. */
const PIECE = 100;

export default defineHandler({
  resumable: true,
  async step(ctx) {
    if (ctx.phase !== 'script') return;
    const lines = Number(ctx.job.variables.value('LINES'));
    const beganAt = await ctx.once('began', () => Date.now());
    for (let line = 1; line <= lines; line += 1) {
      await ctx.log.line(`line ${line} of ${ctx.job.id}`);
      if (line % PIECE === 0) await ctx.once(`line-${line}`, () => line);
      await sleep(Math.max(0, beganAt + line * TICK_MS - Date.now()), undefined, {
        signal: ctx.signal,
      });
    }
  },
});
