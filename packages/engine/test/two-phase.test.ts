import { startEmulator } from '@fellrunner/emulator';
import { expect, test } from 'vitest';

import { startRunner } from './support/running-runner.ts';

test('jobs that a server hands out in two phases are taken up and done', async () => {
  await using gitlab = await startEmulator({ settings: { two_phase: true } });
  await using _ = await startRunner(gitlab, { handler: 'prints.ts' });
  const jobs = [1, 2, 3].map((n) => gitlab.job({ script: [`line ${n}`] }));
  await Promise.all(jobs.map((job) => job.finished()));
  expect(jobs.map(({ status, trace }) => [status, trace])).toEqual([
    ['success', 'line 1\n'],
    ['success', 'line 2\n'],
    ['success', 'line 3\n'],
  ]);
});

test('an artifact that is there before GitLab has heard that its job runs is sent again', async () => {
  await using gitlab = await startEmulator({ settings: { two_phase: true } });
  await using _ = await startRunner(gitlab, { handler: 'uploads.ts' });
  // The log's first piece would bring the word; until it gets through the upload comes first.
  gitlab.faults.add({ method: 'PATCH', times: 3, status: 500 });
  const job = gitlab.job({ artifacts: [{ paths: ['*'] }] });
  await job.finished();
  expect(job.status).toBe('success');
  expect(job.artifact()?.size).toBeGreaterThan(0);
});
