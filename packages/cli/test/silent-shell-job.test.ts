import { startEmulator } from '@fellrunner/emulator';
import { expect, test, vi } from 'vitest';

import { aShellJob, startRunner } from './support/runner.ts';
import { TempFolder } from './support/temp-folder.ts';

test('a shell job that says nothing is canceled within three seconds while somebody looks', async () => {
  using folder = new TempFolder();
  await using gitlab = await startEmulator();
  await using _ = await startRunner({ gitlab, folder });
  const job = aShellJob(gitlab, {
    script: ['echo begun; sleep 1000'],
    after_script: ['echo after'],
  });
  job.watch();
  await job.until(({ trace }) => trace.includes('begun'));
  const pieces = (): number =>
    gitlab.requests.filter(({ path }) => path.endsWith(`/jobs/${job.id}/trace`)).length;
  const before = pieces();
  // It is silent by now: what goes out is empty.
  await vi.waitUntil(() => pieces() > before, { timeout: 10_000 });
  const canceledAt = Date.now();
  job.cancel();
  await job.finished();
  expect(Date.now() - canceledAt).toBeLessThan(3000 + ENDING_MS);
  expect(job.status).toBe('canceled');
  expect(job.trace).toContain('after');
});

/** The script's processes end, after_script runs, the result is reported. */
const ENDING_MS = 4000;
