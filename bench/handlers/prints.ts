/** Prints one line; each job in a thread of its own. */
export default {
  async step(ctx: { phase: string; log: { line(text: string): Promise<void> } }): Promise<void> {
    if (ctx.phase === 'script') await ctx.log.line('done');
  },
};
