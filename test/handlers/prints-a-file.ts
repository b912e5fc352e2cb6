/** Prints the bytes of a file in pieces of odd sizes, and gives that file as an artifact. */
import { createReadStream, readFileSync } from 'node:fs';

import { defineHandler } from '@fellrunner/engine';

export default defineHandler({
  async step(ctx) {
    if (ctx.phase !== 'script') return;
    const bytes = readFileSync(ctx.job.variables.value('DATA'));
    for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7 + 3) % 61 || 1) {
      await ctx.log.write(bytes.subarray(at, at + size));
    }
  },
  *artifacts(ctx) {
    yield { path: 'data', open: () => createReadStream(ctx.job.variables.value('DATA')) };
  },
});
