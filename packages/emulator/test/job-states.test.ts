import { describe, expect, test } from 'vitest';
import { startEmulator } from '../src/index.ts';
import { requestJob, send, takeJob } from './support/wire.ts';

describe('a job that a user cancels', () => {
  test('while it waits is never handed out', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    job.cancel();
    expect(job.status).toBe('canceled');
    expect((await requestJob(gitlab)).status).toBe(204);
  });

  test('is canceling first where its runner can end it gracefully, and its log still comes', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    const taken = await takeJob(gitlab);
    job.cancel();
    expect(job.status).toBe('canceling');
    const alive = await taken.update({ state: 'running' });
    expect([alive.status, alive.headers['job-status']]).toEqual([200, 'canceling']);
    const log = await taken.patch(0, 'cleaning up\n');
    expect([log.status, log.headers['job-status']]).toEqual([202, 'canceling']);
  });

  test.each([{ state: 'success' }, { state: 'failed', failure_reason: 'script_failure' }])(
    'and that ends as %j meanwhile is canceled',
    async (end) => {
      await using gitlab = await startEmulator();
      const job = gitlab.job();
      const taken = await takeJob(gitlab);
      job.cancel();
      const answer = await taken.update(end);
      expect([answer.status, answer.headers['job-status']]).toEqual([200, 'canceled']);
      expect([job.status, job.failureReason]).toEqual(['canceled', undefined]);
    },
  );

  test('is canceled at once where its runner cannot end it gracefully', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    const taken = await takeJob(gitlab, { info: { features: { cancel_gracefully: false } } });
    job.cancel();
    const answer = await taken.update({ state: 'running' });
    expect([answer.status, answer.headers['job-status']]).toEqual([403, 'canceled']);
  });

  test('by force is canceled at once, also while it is canceling', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    const taken = await takeJob(gitlab);
    job.cancel();
    job.cancel();
    expect(job.status).toBe('canceling');
    await send(gitlab, `/_emulator/jobs/${job.id}/cancel`, {
      method: 'POST',
      json: { force: true },
    });
    expect(job.status).toBe('canceled');
    expect((await taken.patch(0, 'x')).headers['job-status']).toBe('canceled');
  });

  test('after its end stays what it was', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    const taken = await takeJob(gitlab);
    await taken.update({ state: 'success' });
    const answer = await send(gitlab, `/_emulator/jobs/${job.id}/cancel`, { method: 'POST' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'success' } });
  });
});

describe('a job that has ended', () => {
  test('does not take a second end', async () => {
    await using gitlab = await startEmulator();
    gitlab.job();
    const taken = await takeJob(gitlab);
    await taken.update({ state: 'success' });
    const again = await taken.update({ state: 'success' });
    expect([again.status, again.headers['job-status']]).toEqual([403, 'success']);
  });

  test('is shown with the times of its life', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job({ name: 'n' });
    gitlab.advanceClock(10);
    const taken = await takeJob(gitlab);
    gitlab.advanceClock(20);
    await taken.update({ state: 'failed', failure_reason: 'script_failure', exit_code: 2 });
    const { body } = await send(gitlab, `/_emulator/jobs/${job.id}`);
    expect(body).toMatchObject({
      id: job.id,
      name: 'n',
      status: 'failed',
      failure_reason: 'script_failure',
      exit_code: 2,
      runner_id: 1,
      trace: { size: 0, crc32: '00000000' },
      artifacts: [],
    });
    const { queued_at, started_at, finished_at } = body as Record<string, string>;
    const [queued, started, finished] = [queued_at, started_at, finished_at].map((at) =>
      Date.parse(at ?? ''),
    );
    expect(Math.round((Number(started) - Number(queued)) / 1000)).toBe(10);
    expect(Math.round((Number(finished) - Number(started)) / 1000)).toBe(20);
  });
});

test('erasing removes the log and the artifacts, of a running job too', async () => {
  await using gitlab = await startEmulator();
  const job = gitlab.job();
  const taken = await takeJob(gitlab);
  await taken.patch(0, 'log\n');
  await taken.upload({ content: 'x' });
  const answer = await send(gitlab, `/_emulator/jobs/${job.id}/erase`, { method: 'POST' });
  expect(answer).toMatchObject({ status: 200, body: { trace: { size: 0 }, artifacts: [] } });
  expect([job.trace, job.artifacts]).toEqual(['', []]);
});

describe('a handle', () => {
  test('tells when its job has ended', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    const finished = job.finished();
    const taken = await takeJob(gitlab);
    await taken.update({ state: 'success' });
    expect(await finished).toBe(job);
    expect(await job.finished()).toBe(job);
  });

  test('waits for anything that can be seen of its job', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    const logged = job.until(({ trace }) => trace.includes('b'));
    const uploaded = job.until(({ artifacts }) => artifacts.length === 1);
    const taken = await takeJob(gitlab);
    await taken.patch(0, 'a');
    await taken.patch(1, 'b');
    expect((await logged).trace).toBe('ab');
    await taken.upload({ content: 'x' });
    await uploaded;
  });

  test('stops waiting when it is told to', async () => {
    await using gitlab = await startEmulator();
    const stop = new AbortController();
    const waiting = gitlab.job().until(() => false, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(gitlab.job().until(() => false, { signal: stop.signal })).rejects.toThrow(
      'enough',
    );
  });
});
