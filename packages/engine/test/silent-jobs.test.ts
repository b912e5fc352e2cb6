import { startEmulator, type Emulator } from '@fellrunner/emulator';
import { expect, test, vi } from 'vitest';

import { Director } from './support/director.ts';
import { startRunner } from './support/running-runner.ts';

test.concurrent(
  'a silent job whose log somebody looks at hears of its cancel within three seconds',
  async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'waits-silently.ts' });
    const job = gitlab.job({ script: ['x'], after_script: ['y'] });
    job.watch();
    await heardOf(gitlab, job.id, 2);
    const canceledAt = Date.now();
    job.cancel();
    await job.until(({ trace }) => trace.includes('the signal says canceled'));
    expect(Date.now() - canceledAt).toBeLessThan(3000 + ON_THE_WAY_MS);
    await job.finished();
    expect(job.status).toBe('canceled');
    expect(job.trace).toContain('after_script: canceled');
  },
);

test.concurrent('a silent job that GitLab has ended is over within the interval', async () => {
  await using gitlab = await startEmulator({ settings: { update_interval_s: 1 } });
  await using running = await startRunner(gitlab, { handler: 'waits-silently.ts', maxJobs: 1 });
  const job = gitlab.job({ script: ['x'] });
  await heardOf(gitlab, job.id, 1);
  job.cancel();
  job.cancel({ force: true });
  await running.ended;
  expect(job.status).toBe('canceled');
});

test.concurrent(
  'what a silent job says at last goes out at once, however long GitLab lets it be silent',
  async () => {
    await using gitlab = await startEmulator({ settings: { update_interval_s: 3600 } });
    await using director = await Director.start();
    await using _ = await startRunner(gitlab, { handler: 'does-as-told.ts' });
    const job = gitlab.job({ script: ['x'], variables: director.variables });
    await heardOf(gitlab, job.id, 1);
    await director.print(job.id, 'at last\n');
    // Without that it would go with the next empty piece, after thirty seconds.
    await vi.waitFor(() => expect(job.trace).toBe('at last\n'), { timeout: 15_000 });
  },
);

/** Beside the interval: the way of the log to GitLab, on a machine that does much else. */
const ON_THE_WAY_MS = 1500;

async function heardOf(gitlab: Emulator, jobId: number, times: number): Promise<void> {
  await vi.waitUntil(() => contacts(gitlab, jobId).length >= times, { timeout: 30_000 });
}

function contacts(gitlab: Emulator, jobId: number): string[] {
  return gitlab.requests
    .filter(({ path }) => path.includes(`/jobs/${jobId}`))
    .map(({ method, path }) => `${method} ${path}`);
}
