import { defineHandler, Runner } from '@fellrunner/engine';
import { openStore } from '@fellrunner/persistence';

export default defineHandler({
  resumable: true,
  async step(ctx) {
    if (ctx.phase !== 'script') return;
    const flight = await ctx.once('book', () => crypto.randomUUID()); // once, also over a kill -9
    await ctx.log.line(`${ctx.job.name} flies as ${flight}`);
    for (const line of ctx.script) await ctx.log.line(`on board: ${line}`);
  },
});

if (import.meta.main) {
  const { GITLAB_URL: url = '', RUNNER_TOKEN: token = '' } = process.env;
  await using store = openStore('runner.db');
  const runner = new Runner({ url, token, handler: import.meta.url, store });
  process.once('SIGTERM', () => void runner.stop());
  await runner.run();
}
