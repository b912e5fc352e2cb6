import { parseArgs } from 'node:util';
import { Runner } from '@fellrunner/engine';
import { openStore } from '@fellrunner/persistence';
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    url: { type: 'string' },
    store: { type: 'string' },
    'on-stop': { type: 'string' },
    executor: { type: 'string' },
    handler: { type: 'string' },
    concurrency: { type: 'string' },
    'builds-dir': { type: 'string' },
  },
});
const logger: any = {};
for (const l of ['debug', 'info', 'warn', 'error'])
  logger[l] = (f: any, m: string) => console.error(l, m, JSON.stringify(f));
await using store = openStore(values.store!);
const runner = new Runner({
  url: values.url!,
  token: process.env.FELLRUNNER_TOKEN!,
  store,
  logger,
  concurrency: Number(values.concurrency ?? 1),
  handler: values.executor
    ? new URL('../../packages/executors/src/shell.ts', import.meta.url)
    : new URL('file://' + values.handler),
  handlerOptions: values.executor
    ? { buildsDir: values['builds-dir'], cacheDir: values['builds-dir'] + '-cache' }
    : undefined,
});
for (const s of ['SIGTERM'] as const)
  process.once(s, () => void runner.stop(values['on-stop'] as never));
await runner.run();
