import { startEmulator } from '@fellrunner/emulator';
import { expect, test } from 'vitest';

import { startRunner } from './support/running-runner.ts';

test('a job canceled by a user ends its script, runs after_script, and is canceled', async () => {
  await using gitlab = await startEmulator({ settings: { update_interval_s: 1 } });
  await using _ = await startRunner(gitlab, { handler: 'waits-loudly.ts' });
  const job = gitlab.job({ script: ['x'], after_script: ['y'] });
  await job.until(({ trace }) => trace.includes('waiting'));
  job.cancel();
  await job.finished();
  expect(job.status).toBe('canceled');
  expect(job.trace).toContain('the signal says canceled');
  expect(job.trace).toContain('after_script: canceled');
});

test('a job canceled by force is over at once, and its handler is told', async () => {
  await using gitlab = await startEmulator({ settings: { update_interval_s: 1 } });
  await using running = await startRunner(gitlab, { handler: 'waits-loudly.ts', maxJobs: 1 });
  const job = gitlab.job({ script: ['x'], after_script: ['y'] });
  await job.until(({ trace }) => trace.includes('waiting'));
  job.cancel();
  job.cancel({ force: true });
  await running.ended;
  expect(job.status).toBe('canceled');
  expect(job.trace).not.toContain('after_script');
});
