/** Uses `once` in the way that its job's name says, and recalls in `cleanup` what it did. */
import { appendFileSync, existsSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { defineHandler } from '@fellrunner/engine';

function opened(gate: string, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const watcher = watch(dirname(gate), () => look());
  const look = (): void => {
    if (existsSync(gate)) resolve();
  };
  signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  look();
  return promise.finally(() => watcher.close());
}

export default defineHandler({
  resumable: true,
  async step({ job, log, once, phase, signal }) {
    if (phase !== 'script') return;
    const note = (what: string): void =>
      appendFileSync(job.variables.value('DIARY'), `${job.id} ${what}\n`);
    switch (job.name) {
      case 'changes':
        // What an update of the code does: another start asks for something else.
        await once(`of process ${process.ppid} ${process.pid}`, () => note('changes'));
        break;
      case 'twice':
        await once('same', () => 1);
        await once('same', () => 2);
        break;
      case 'no JSON':
        await once('function', () => () => 1);
        break;
      case 'retries': {
        const body = async ({ attempt }: { attempt: number }): Promise<string> => {
          note(`attempt ${attempt}`);
          if (attempt === 1) throw new Error('not yet');
          if (attempt === 2) await sleep(60_000);
          return `by attempt ${attempt}`;
        };
        await log.line(await once('patient', body, { retries: 2, timeoutMs: 200 }));
        break;
      }
      default:
        await once('submit', () => ({ remote: job.id }));
    }
    await log.line(`job ${job.id} waits`);
    await opened(job.variables.value('GATE'), signal);
  },
  async cleanup({ job, log, outcome, recall }) {
    const submitted = recall<{ remote: number }>('submit', 'script');
    if (submitted) await log.line(`${outcome}: remote ${submitted.remote} of ${job.id} is ended`);
  },
});
