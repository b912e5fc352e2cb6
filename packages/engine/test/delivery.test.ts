import { startEmulator } from '@fellrunner/emulator';
import { expect, test } from 'vitest';

import { startRunner } from './support/running-runner.ts';

const script = Array.from({ length: 200 }, (_unused, n) => `line ${n} of the log`);
const whole = script.map((line) => `${line}\n`).join('');

test.each([
  ['the server fails', { status: 500, times: 3 }],
  ['the server asks to wait', { status: 429, headers: { 'Retry-After': '1' }, times: 1 }],
  ['the connection is cut before an answer', { reset: true, times: 3 }],
  ['the answer is lost after the work was done', { drop_after: true, times: 3 }],
])('the whole log and the result arrive although %s', async (_when, fault) => {
  await using gitlab = await startEmulator();
  await using _ = await startRunner(gitlab, { handler: 'prints.ts' });
  gitlab.faults.add({ method: 'PATCH', ...fault });
  gitlab.faults.add({ method: 'PUT', ...fault });
  const job = await gitlab.job({ script }).finished();
  expect(job.status).toBe('success');
  expect(job.trace).toBe(whole);
});

test('a log that the server has lost is sent again from its beginning', async () => {
  await using gitlab = await startEmulator();
  await using _ = await startRunner(gitlab, { handler: 'prints.ts' });
  gitlab.faults.add({ method: 'PUT', status: 412, times: 1 });
  const job = await gitlab.job({ script }).finished();
  expect(job.status).toBe('success');
  expect(job.trace).toBe(whole);
});

test('a server that refuses the log just where it says that it ends is asked with pauses', async () => {
  await using gitlab = await startEmulator();
  await using _ = await startRunner(gitlab, { handler: 'prints.ts' });
  gitlab.faults.add({ method: 'PATCH', status: 416, headers: { Range: '0-0' }, times: 3 });
  const job = gitlab.job({ script });
  await job.until(({ status }) => status === 'running');
  const begunAt = performance.now();
  await job.finished();
  expect(gitlab.faults.struck).toBe(3);
  // Half of one, two and four seconds at least.
  expect(performance.now() - begunAt).toBeGreaterThan(3000);
  expect(job.trace).toBe(whole);
});

test('a slot is free as soon as the outcome stands, though GitLab takes no report', async () => {
  await using gitlab = await startEmulator();
  await using running = await startRunner(gitlab, { handler: 'prints.ts', concurrency: 1 });
  gitlab.faults.add({ method: 'PUT', status: 500 });
  const jobs = [1, 2, 3].map(() => gitlab.job({ script }));
  await Promise.all(jobs.map((job) => job.until(({ trace }) => trace === whole)));
  expect([...running.runner.jobs].map(({ state }) => state.name)).toEqual(
    jobs.map(() => 'finished.reporting'),
  );
  gitlab.faults.clear();
  await Promise.all(jobs.map((job) => job.finished()));
  expect(jobs.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
});
