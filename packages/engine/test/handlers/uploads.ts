/** Yields a handful of files, and prints what its dependencies hold. */
import { text } from 'node:stream/consumers';

import { defineHandler } from '../../src/index.ts';

export default defineHandler({
  async step(ctx) {
    for (const dependency of ctx.dependencies) {
      for (const path of await dependency.files()) {
        await ctx.log.line(
          `${dependency.name}: ${path} = ${await text(await dependency.file(path))}`,
        );
      }
    }
    if (ctx.job.variables.get('FAIL')) throw new Error('failing as asked');
  },
  *artifacts(ctx) {
    yield { path: './report.xml', data: `<outcome>${ctx.outcome}</outcome>` };
    yield { path: 'out/a.txt', open: () => 'a' };
    yield { path: 'out/deep/b.txt', open: () => Promise.resolve(Buffer.from('b')) };
    yield { path: 'secret.key', data: 'never asked for' };
  },
});
