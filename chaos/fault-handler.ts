/** Prints the same on every run; its job's variables make it wait or fail. */
import { setTimeout as sleep } from 'node:timers/promises';

import { defineHandler } from '@fellrunner/engine';

export default defineHandler({
  resumable: true,
  async step(ctx) {
    if (ctx.phase !== 'script') return ctx.log.line(`after: ${ctx.jobStatus}`);
    await ctx.log.line('the work begins');
    const first = await ctx.once('first', () => 'one');
    await ctx.log.line(`first: ${first}`);
    await sleep(60);
    if (ctx.job.variables.get('WAITS') === undefined) return ctx.log.line('the work is done');
    // GitLab's word on a job comes with the answers to its log.
    while (!ctx.signal.aborted) await ctx.log.line('tick').then(() => sleep(300));
    return undefined;
  },
  *artifacts() {
    yield { path: 'report.txt', data: 'report\n' };
  },
  async cleanup(ctx) {
    await ctx.log.line(`cleaned after ${ctx.outcome}`);
  },
});
