/** Does as many pieces of work as its job says, each with a result that is to last. */
interface Context {
  readonly phase: string;
  readonly job: { readonly variables: { value(key: string): string } };
  once(key: string, body: () => number): Promise<number>;
}

export default {
  isolation: 'shared',
  async step({ job, phase, ...ctx }: Context): Promise<void> {
    if (phase !== 'script') return;
    const pieces = Number(job.variables.value('PIECES'));
    for (let piece = 0; piece < pieces; piece += 1) await ctx.once(`piece-${piece}`, () => piece);
  },
};
