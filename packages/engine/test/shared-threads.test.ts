import { startEmulator } from '@fellrunner/emulator';
import { expect, test } from 'vitest';

import { startRunner } from './support/running-runner.ts';

test('many jobs of a handler that waits share one thread, all at once', async () => {
  await using gitlab = await startEmulator({ settings: { update_interval_s: 1 } });
  await using _ = await startRunner(gitlab, {
    handler: 'waits-together.ts',
    concurrency: 12,
    sharedThreads: 1,
  });
  const jobs = Array.from({ length: 12 }, () => gitlab.job({ script: ['x'] }));
  await Promise.all(jobs.map((job) => job.until(({ trace }) => trace.includes('here'))));
  for (const job of jobs) job.cancel();
  await Promise.all(jobs.map((job) => job.finished()));
  expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => 'canceled'));
});

test('a job in a shared thread that does not react is given up, and the others go on', async () => {
  await using gitlab = await startEmulator();
  await using _ = await startRunner(gitlab, {
    handler: 'waits-together.ts',
    concurrency: 3,
    sharedThreads: 1,
    cancelGraceMs: 300,
  });
  const deaf = gitlab.job({ name: 'deaf', script: ['x'], timeout: 2 });
  await deaf.finished();
  const next = await gitlab.job({ name: 'brief', script: ['x'] }).finished();
  expect(deaf.trace).toMatch(/took longer than 2s/);
  expect(next.status).toBe('success');
});
