/** As `misbehaves.ts`, each job in a process of its own. */
import { defineHandler } from '../../src/index.ts';
import misbehaves from './misbehaves.ts';

export default defineHandler({
  isolation: 'process',
  async step(ctx) {
    if (ctx.job.name === 'aborts' && ctx.phase === 'script') process.abort();
    await misbehaves.step(ctx);
  },
});
