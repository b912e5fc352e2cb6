import { getEventListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';
import { MemoryEventLog } from '@fellrunner/testkit';
import { expect, test, vi } from 'vitest';

import { Runner } from '../src/index.ts';
import { startRunner, withJobsDir } from './support/running-runner.ts';

/** A store that outlives the runners of a test, and a file that handlers write their deeds into. */
async function setup(): Promise<AsyncDisposable & { store: MemoryEventLog; diary: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-stop-'));
  return {
    store: withJobsDir(new MemoryEventLog(), folder),
    diary: join(folder, 'diary'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

test('a detached job goes on with the next runner: no piece done twice, no line lost or doubled', async () => {
  await using gitlab = await startEmulator();
  await using place = await setup();
  const { store, diary } = place;
  const variables = { DIARY: diary, PIECES: '6', PAUSE_MS: '150' };
  const job = gitlab.job({ script: ['x'], variables });
  {
    await using first = await startRunner(gitlab, { handler: 'resumes.ts', store });
    await job.until(({ trace }) => trace.includes('piece 1 is done'));
    await first.stop('detach');
  }
  await using _ = await startRunner(gitlab, { handler: 'resumes.ts', store });
  await job.finished();
  expect(job.status).toBe('success');
  const lines = Array.from(
    { length: 6 },
    (_unused, n) => `piece ${n} begins\npiece ${n} is done\n`,
  );
  expect(job.trace).toBe(lines.join(''));
  const deeds = (await readFile(diary, 'utf8')).trim().split('\n');
  expect(deeds).toEqual([
    ...Array.from({ length: 6 }, (_unused, n) => `${job.id}:${n}`),
    `${job.id}:cleanup success 0`,
  ]);
});

test('GitLab hears at once of a silent job that goes on, and does not wait an interval for it', async () => {
  await using gitlab = await startEmulator({ settings: { update_interval_s: 60 } });
  await using place = await setup();
  const { diary, store } = place;
  const job = gitlab.job({ script: ['x'], variables: { DIARY: diary } });
  {
    await using first = await startRunner(gitlab, { handler: 'waits-again.ts', store });
    await vi.waitUntil(() => existsSync(diary), { timeout: 10_000 });
    await first.stop('detach');
  }
  const heard = (): number =>
    gitlab.requests.filter(({ method, path }) => method === 'PATCH' && path.includes(`/${job.id}/`))
      .length;
  const before = heard();
  await using _ = await startRunner(gitlab, { handler: 'waits-again.ts', store });
  await expect.poll(heard, { timeout: 10_000 }).toBeGreaterThan(before);
});

test('what a job prints after a restart does not wait an interval for the question before it', async () => {
  await using gitlab = await startEmulator({ settings: { update_interval_s: 60 } });
  await using place = await setup();
  const { diary, store } = place;
  const job = gitlab.job({ script: ['x'], variables: { DIARY: diary, SPEAKS: 'true' } });
  {
    await using first = await startRunner(gitlab, { handler: 'waits-again.ts', store });
    await job.until(({ trace }) => trace.includes('1 calls'));
    await first.stop('detach');
  }
  await using _ = await startRunner(gitlab, { handler: 'waits-again.ts', store });
  await expect.poll(() => job.trace, { timeout: 10_000 }).toContain('2 calls');
});

test('a job whose handler is not resumable fails after a restart, saying so', async () => {
  await using gitlab = await startEmulator();
  await using place = await setup();
  const { store } = place;
  const job = gitlab.job({ script: ['x'] });
  {
    await using first = await startRunner(gitlab, { handler: 'waits-loudly.ts', store });
    await job.until(({ trace }) => trace.includes('waiting'));
    await first.stop('detach');
  }
  await using _ = await startRunner(gitlab, { handler: 'waits-loudly.ts', store });
  await job.finished();
  expect(job).toMatchObject({ status: 'failed', failureReason: 'runner_system_failure' });
  expect(job.trace).toMatch(/ERROR: Job failed: .*not resumable\n$/);
});

test('a drain takes no new job and waits for those that run', async () => {
  await using gitlab = await startEmulator();
  await using running = await startRunner(gitlab, { handler: 'misbehaves.ts', concurrency: 1 });
  const first = gitlab.job({ name: 'good', script: ['x'] });
  await first.until(({ status }) => status === 'running');
  const second = gitlab.job({ name: 'good', script: ['x'] });
  await running.stop('drain');
  expect(first.status).toBe('success');
  expect(second.status).toBe('pending');
});

test('every call of stop resolves, also while a request for a job is under way', async () => {
  await using gitlab = await startEmulator({ settings: { long_poll_s: 30 } });
  await using running = await startRunner(gitlab, { handler: 'prints.ts' });
  await vi.waitUntil(() => gitlab.requests.some(({ status }) => status === null), {
    timeout: 30_000,
  });
  const { runner } = running;
  const stops = [runner.stop('drain'), runner.stop('drain'), runner.stop('abort')];
  await expect(Promise.all(stops)).resolves.toHaveLength(3);
  await running.ended;
});

test('what a runner listened to and held is let go, whether it ran or could not begin', async () => {
  await using gitlab = await startEmulator();
  await using place = await setup();
  const { signal } = new AbortController();
  const endHealth = vi.fn<() => void>();
  Object.defineProperty(place.store, 'onHealth', { value: () => endHealth });
  const { url, runnerToken: token } = gitlab;
  const handler = new URL('handlers/prints.ts', import.meta.url);
  const runner = (): Runner => new Runner({ url, token, handler, store: place.store, maxJobs: 0 });
  await runner().run({ signal });
  expect([getEventListeners(signal, 'abort').length, endHealth.mock.calls.length]).toEqual([0, 1]);
  const gone = (): Promise<never> => Promise.reject(new Error('the store is gone'));
  Object.defineProperty(place.store, 'unfinished', { value: gone });
  await expect(runner().run({ signal })).rejects.toThrow('the store is gone');
  expect([getEventListeners(signal, 'abort').length, endHealth.mock.calls.length]).toEqual([0, 2]);
});

test('an abort ends the jobs that run as interrupted', async () => {
  await using gitlab = await startEmulator();
  await using running = await startRunner(gitlab, { handler: 'waits-loudly.ts' });
  const job = gitlab.job({ script: ['x'] });
  await job.until(({ trace }) => trace.includes('waiting'));
  await running.stop('abort');
  expect(job).toMatchObject({ status: 'failed', failureReason: 'runner_interrupted' });
  expect(job.trace).toContain('the signal says abort');
});
