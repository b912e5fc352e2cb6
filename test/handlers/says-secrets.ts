/** Says its secrets wherever it can: in its log, on its console, in errors, in results of `once`. */
import { existsSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';

import { defineHandler } from '@fellrunner/engine';

function opened(gate: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(dirname(gate), () => look());
  const look = (): void => {
    if (!existsSync(gate)) return;
    watcher.close();
    resolve();
  };
  look();
  return promise;
}

export default defineHandler({
  resumable: true,
  async step({ dependencies, job, log, once, phase }) {
    if (phase !== 'script') return;
    const password = job.variables.value('PASSWORD');
    for (const dependency of dependencies) {
      await log.line(await text(await dependency.file('upstream.txt')));
    }
    const session = await once('login', () => ({ key: job.variables.value('SESSION') }));
    const bytes = await once('ticket', () => Buffer.from(session.key));
    await log.line(`with ${password} comes ${session.key}, and ${bytes.toString()}; waits`);
    process.stderr.write(`on standard error: ${password}\n`);
    globalThis.console.warn(`on the console: ${password}`, { session });
    await opened(job.variables.value('GATE'));
    throw new Error(`no entry with ${password}`);
  },
  cleanup({ job }) {
    throw new Error(`cleanup knows ${job.variables.value('PASSWORD')}`);
  },
});
