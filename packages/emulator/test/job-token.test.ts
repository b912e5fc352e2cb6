import { describe, expect, test } from 'vitest';
import { startEmulator } from '../src/index.ts';
import { jobOf, requestJob, send, takeJob, type Answer } from './support/wire.ts';

const bare = { message: '403 Forbidden' };

function refusal(answer: Answer): [number, unknown, unknown] {
  return [answer.status, answer.body, answer.headers['job-status']];
}

describe('a job token', () => {
  test('is refused without a word about the job where the job or the token is unknown', async () => {
    await using gitlab = await startEmulator();
    gitlab.job();
    const { id, token, payload } = await takeJob(gitlab);
    const unknownToken = await jobOf(gitlab, { ...payload, token: 'glcbt-64_x' }).patch(0, 'x');
    expect(refusal(unknownToken)).toEqual([403, bare, undefined]);
    const unknownJob = await jobOf(gitlab, { ...payload, id: id + 100 }).update({
      state: 'running',
      token,
    });
    expect(refusal(unknownJob)).toEqual([403, bare, undefined]);
  });

  test('is refused without a word for another executing job', async () => {
    await using gitlab = await startEmulator();
    gitlab.jobs({ count: 2 });
    const first = await takeJob(gitlab);
    const second = await takeJob(gitlab);
    const answer = await jobOf(gitlab, { ...first.payload, token: second.token }).patch(0, 'x');
    expect(refusal(answer)).toEqual([403, bare, undefined]);
  });

  test('tells the status of its own job once that is not executing, whichever job is asked for', async () => {
    await using gitlab = await startEmulator();
    gitlab.jobs({ count: 2 });
    const first = await takeJob(gitlab);
    const second = await takeJob(gitlab);
    await first.update({ state: 'success' });
    const message = '403 Forbidden - Job is not processing on runner';
    expect(refusal(await first.update({ state: 'success' }))).toEqual([
      403,
      { message },
      'success',
    ]);
    const other = jobOf(gitlab, { ...second.payload, token: first.token });
    expect(refusal(await other.patch(0, 'x'))).toEqual([403, { message }, 'success']);
  });

  test('says that its job has been erased, unless the job is over: the status is judged first', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    const taken = await takeJob(gitlab);
    job.erase();
    const message = '403 Forbidden - Job has been erased!';
    expect(refusal(await taken.patch(0, 'x'))).toEqual([403, { message }, 'running']);
    job.cancel({ force: true });
    expect(await taken.patch(0, 'x')).toMatchObject({
      status: 403,
      body: { message: '403 Forbidden - Job is not processing on runner' },
    });
  });

  test('says that its project has been deleted', async () => {
    await using gitlab = await startEmulator();
    const made = await send(gitlab, '/_emulator/projects', {
      method: 'POST',
      json: { path: 'gone' },
    });
    const { id } = made.body as { id: number };
    gitlab.job({ project_id: id });
    const taken = await takeJob(gitlab);
    await send(gitlab, `/_emulator/projects/${id}`, { method: 'DELETE' });
    const message = '403 Forbidden - Project has been deleted!';
    expect(refusal(await taken.patch(0, 'x'))).toEqual([403, { message }, 'running']);
  });

  test('expires five minutes after the timeout; an update or a log then fails the job', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job({ timeout: 600 });
    const taken = await takeJob(gitlab);
    gitlab.advanceClock(600 + 299);
    expect((await taken.update({ state: 'running' })).status).toBe(200);
    gitlab.advanceClock(1);
    const upload = await taken.upload({ content: 'x' });
    expect([upload.status, job.status]).toEqual([403, 'running']);
    const message = '403 Forbidden - Job token has expired';
    expect(refusal(await taken.patch(0, 'x'))).toEqual([403, { message }, 'failed']);
    expect(job.failureReason).toBe('job_token_expired');
  });

  test('is taken from the parameter before the header', async () => {
    await using gitlab = await startEmulator();
    gitlab.job();
    const { id, token } = await takeJob(gitlab);
    const headers = { 'job-token': token, 'content-range': '0-0' };
    const patch = (query: string): Promise<Answer> =>
      send(gitlab, `/api/v4/jobs/${id}/trace${query}`, { method: 'PATCH', headers, body: '' });
    expect((await patch('?token=wrong')).status).toBe(403);
    expect((await patch('')).status).toBe(202);
    headers['job-token'] = 'wrong';
    expect((await patch(`?token=${token}`)).status).toBe(202);
  });

  test('keeps its runner alive by updates and logs, and not by artifacts', async () => {
    await using gitlab = await startEmulator();
    gitlab.job();
    const taken = await takeJob(gitlab);
    const contactedAt = (): number => Date.parse(gitlab.runners[0]?.contacted_at ?? '');
    const before = contactedAt();
    gitlab.advanceClock(60);
    await taken.upload({ content: 'x' });
    expect(contactedAt()).toBe(before);
    await taken.patch(0, 'x');
    const patched = contactedAt();
    expect(patched - before).toBeGreaterThanOrEqual(60_000);
    gitlab.advanceClock(60);
    await taken.update({ state: 'running' });
    expect(contactedAt() - patched).toBeGreaterThanOrEqual(60_000);
  });
});

test('a runner token that nobody has is refused without a reason', async () => {
  await using gitlab = await startEmulator();
  expect(await requestJob(gitlab, { token: 'glrt-x' })).toMatchObject({ status: 403, body: bare });
});
