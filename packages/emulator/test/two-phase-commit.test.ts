import { describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../src/index.ts';
import { allFeatures, requestJob, takeJob, type TakenJob } from './support/wire.ts';

const info = { features: { ...allFeatures, two_phase_job_commit: true } };

async function start(): Promise<Emulator> {
  return startEmulator({ settings: { two_phase: true } });
}

function take(gitlab: Emulator): Promise<TakenJob> {
  return takeJob(gitlab, { info });
}

describe('a job that waits for its runner’s word', () => {
  test('stays pending after the 201 and runs from the update on', async () => {
    await using gitlab = await start();
    const job = gitlab.job();
    const taken = await take(gitlab);
    expect(job.status).toBe('pending');
    expect((await requestJob(gitlab, { info })).status).toBe(204);
    expect((await taken.patch(0, 'early')).status).toBe(403);
    const answer = await taken.update({ state: 'running' });
    expect([answer.status, answer.headers['job-status'], job.status]).toEqual([
      200,
      'running',
      'running',
    ]);
    expect((await taken.update({ state: 'success' })).status).toBe(200);
  });

  test('is kept by an update as pending, and else goes to the next runner after two minutes', async () => {
    await using gitlab = await start();
    const job = gitlab.job();
    const taken = await take(gitlab);
    gitlab.advanceClock(119);
    const kept = await taken.update({ state: 'pending' });
    expect([kept.status, kept.headers['job-status']]).toEqual([200, 'pending']);
    gitlab.advanceClock(119);
    expect((await requestJob(gitlab, { info })).status).toBe(204);
    gitlab.advanceClock(2);
    expect((await taken.update({ state: 'running' })).status).toBe(403);
    expect((await take(gitlab)).id).toBe(job.id);
  });

  test('cannot end before it began', async () => {
    await using gitlab = await start();
    const job = gitlab.job();
    const taken = await take(gitlab);
    expect((await taken.update({ state: 'success' })).status).toBe(400);
    expect(job.status).toBe('pending');
  });

  test('can be canceled before it began', async () => {
    await using gitlab = await start();
    const job = gitlab.job();
    const taken = await take(gitlab);
    job.cancel();
    const answer = await taken.update({ state: 'running' });
    expect([answer.status, answer.headers['job-status']]).toEqual([403, 'canceled']);
  });
});

test('a runner that does not announce two phases gets a running job all the same', async () => {
  await using gitlab = await start();
  const job = gitlab.job();
  await takeJob(gitlab);
  expect(job.status).toBe('running');
});
