/** Says nothing until it is told to end. */
import { once } from 'node:events';

import { defineHandler } from '../../src/index.ts';

export default defineHandler({
  async step(ctx) {
    if (ctx.phase !== 'script') return ctx.log.line(`${ctx.phase}: ${ctx.jobStatus}`);
    if (!ctx.signal.aborted) await once(ctx.signal, 'abort');
    return ctx.log.line(`the signal says ${ctx.signal.reason}`);
  },
});
