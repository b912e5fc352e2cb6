/** Prints each line of its script; a job's variables decide how it ends. */
import { defineHandler } from '../../src/index.ts';

export default defineHandler({
  async step(ctx) {
    if (ctx.phase !== 'script') return ctx.log.line(`${ctx.phase}: ${ctx.jobStatus}`);
    for (const line of ctx.script) await ctx.log.line(ctx.job.variables.expand(line));
    const reason = ctx.job.variables.get('FAIL')?.value;
    if (reason !== undefined) ctx.fail(reason, Number(ctx.job.variables.value('EXIT_CODE') || 1));
    return undefined;
  },
});
