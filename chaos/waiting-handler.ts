/** Does one thing once, then waits for a gate to be opened, as a job does that waits for others. */
import { appendFileSync, existsSync, watch } from 'node:fs';
import { dirname } from 'node:path';

import { defineHandler } from '@fellrunner/engine';

const gates = new Map<string, Promise<void>>();

/** One watch a thread, however many of its jobs wait. */
function opened(gate: string): Promise<void> {
  const known = gates.get(gate);
  if (known !== undefined) return known;
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(dirname(gate), () => look());
  const look = (): void => {
    if (!existsSync(gate)) return;
    watcher.close();
    resolve();
  };
  look();
  gates.set(gate, promise);
  return promise;
}

export default defineHandler({
  resumable: true,
  isolation: 'shared',
  async step(ctx) {
    if (ctx.phase !== 'script') return;
    const { id, variables } = ctx.job;
    await ctx.log.line(`job ${id} begins`);
    const { number } = await ctx.once('begin', () => {
      appendFileSync(variables.value('DIARY'), `${id}\n`);
      return { number: id };
    });
    await ctx.log.line(`job ${number} waits`);
    await opened(variables.value('GATE'));
    await ctx.log.line(`job ${number} ends`);
  },
});
