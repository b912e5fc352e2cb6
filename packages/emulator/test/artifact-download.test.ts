import { describe, expect, test } from 'vitest';
import { startEmulator, type EmulatedJob, type Emulator, type JobSpec } from '../src/index.ts';
import { send, takeJob, type Answer, type TakenJob } from './support/wire.ts';

async function finishedWith(
  gitlab: Emulator,
  content: string,
  spec: JobSpec = {},
  filename = 'x.zip',
): Promise<EmulatedJob> {
  const job = gitlab.job(spec);
  const taken = await takeJob(gitlab);
  await taken.upload({ content, filename });
  await taken.update({ state: 'success' });
  return job;
}

async function reader(gitlab: Emulator, spec: JobSpec = {}): Promise<TakenJob> {
  gitlab.job(spec);
  return takeJob(gitlab);
}

function download(
  gitlab: Emulator,
  id: number,
  headers: Record<string, string>,
  query = '',
): Promise<Answer> {
  return send(gitlab, `/api/v4/jobs/${id}/artifacts${query}`, { headers });
}

describe('a download', () => {
  test('gives the archive of another job, to be saved under its name', async () => {
    await using gitlab = await startEmulator();
    const job = await finishedWith(gitlab, 'content');
    const { token } = await reader(gitlab);
    const answer = await download(gitlab, job.id, { 'job-token': token });
    expect([answer.status, answer.text]).toEqual([200, 'content']);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '7',
      'content-disposition': `attachment; filename="x.zip"; filename*=UTF-8''x.zip`,
      'content-transfer-encoding': 'binary',
    });
  });

  test.each([
    ['größe €.zip', 'größe__.zip', 'gro%3Fe__.zip', 'gr%C3%B6%C3%9Fe__.zip'],
    ['my report.zip', 'my_report.zip', 'my_report.zip', 'my_report.zip'],
    ['out/..', '_..', '_..', '_..'],
  ])('has a name that headers can carry: %s', async (sent, kept, ascii, full) => {
    await using gitlab = await startEmulator();
    const job = await finishedWith(gitlab, 'content', {}, sent);
    expect(job.artifact()?.filename).toBe(kept);
    const { token } = await reader(gitlab);
    const answer = await download(gitlab, job.id, { 'job-token': token });
    expect([answer.status, answer.headers['content-disposition']]).toEqual([
      200,
      `attachment; filename="${ascii}"; filename*=UTF-8''${full}`,
    ]);
  });

  test('takes the token of a running job from four places, the parameters first', async () => {
    await using gitlab = await startEmulator();
    const { id } = await finishedWith(gitlab, 'content');
    const { token } = await reader(gitlab);
    expect((await download(gitlab, id, {}, `?job_token=${token}`)).status).toBe(200);
    expect((await download(gitlab, id, {}, `?token=${token}`)).status).toBe(200);
    expect((await download(gitlab, id, { 'job-token': token })).status).toBe(200);
    expect((await download(gitlab, id, { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await download(gitlab, id, { 'job-token': token }, '?token=wrong')).status).toBe(401);
  });

  test('is 401 without a token, with a wrong one, and with that of a job that is not running', async () => {
    await using gitlab = await startEmulator();
    const { id, token } = await finishedWith(gitlab, 'content');
    const waiting = gitlab.job();
    expect((await download(gitlab, id, {})).status).toBe(401);
    expect((await download(gitlab, id, { 'job-token': 'x' })).status).toBe(401);
    expect((await download(gitlab, id, { 'job-token': token })).status).toBe(401);
    expect((await download(gitlab, id, { 'job-token': waiting.token })).status).toBe(401);
  });

  test('is 403 for a job that does not exist, and with a personal token', async () => {
    await using gitlab = await startEmulator();
    const { id } = await finishedWith(gitlab, 'content');
    const { token } = await reader(gitlab);
    expect((await download(gitlab, id + 1000, { 'job-token': token })).status).toBe(403);
    expect((await download(gitlab, id, { 'private-token': gitlab.adminToken })).status).toBe(403);
  });

  test('is 403 where the job’s user may not see the other project', async () => {
    await using gitlab = await startEmulator();
    const post = async (path: string, json: unknown): Promise<{ id: number }> =>
      (await send(gitlab, `/_emulator${path}`, { method: 'POST', json })).body as { id: number };
    const project = await post('/projects', { path: 'secret' });
    const user = await post('/users', { username: 'stranger' });
    const { id } = await finishedWith(gitlab, 'content', { project_id: project.id });
    const { token } = await reader(gitlab, { user_id: user.id });
    expect((await download(gitlab, id, { 'job-token': token })).status).toBe(403);
    await post(`/projects/${project.id}/members`, { user_id: user.id, access_level: 20 });
    expect((await download(gitlab, id, { 'job-token': token })).status).toBe(200);
  });

  test('is 404 where there is no archive, and where it has expired', async () => {
    await using gitlab = await startEmulator();
    const job = await finishedWith(gitlab, 'content');
    const { id, token } = await reader(gitlab, { timeout: '40 days' });
    const none = await download(gitlab, id, { 'job-token': token });
    expect([none.status, none.body]).toEqual([404, { message: '404 Not Found' }]);
    gitlab.advanceClock(31 * 86_400);
    expect((await download(gitlab, job.id, { 'job-token': token })).status).toBe(404);
  });

  test('may ask for a part', async () => {
    await using gitlab = await startEmulator();
    const { id } = await finishedWith(gitlab, '0123456789');
    const { token } = await reader(gitlab);
    const part = await download(gitlab, id, { 'job-token': token, range: 'bytes=2-4' });
    expect([part.status, part.text, part.headers['content-range']]).toEqual([
      206,
      '234',
      'bytes 2-4/10',
    ]);
    const end = await download(gitlab, id, { 'job-token': token, range: 'bytes=-3' });
    expect(end.text).toBe('789');
    const beyond = await download(gitlab, id, { 'job-token': token, range: 'bytes=10-' });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */10']);
  });

  test('is sent to the object storage, which wants no token, only where that is asked for', async () => {
    await using gitlab = await startEmulator({ settings: { object_storage: true } });
    const { id } = await finishedWith(gitlab, 'content');
    const { token } = await reader(gitlab);
    const direct = await download(gitlab, id, { 'job-token': token }, '?direct_download=true');
    expect(direct.status).toBe(302);
    const location = new URL(String(direct.headers['location']));
    const stored = await send(gitlab, location.pathname);
    expect([stored.status, stored.text]).toEqual([200, 'content']);
    expect((await send(gitlab, '/object-storage/guessed/x.zip')).status).toBe(403);
    expect((await download(gitlab, id, { 'job-token': token })).text).toBe('content');
  });

  test('comes from the server itself where there is no object storage', async () => {
    await using gitlab = await startEmulator();
    const { id } = await finishedWith(gitlab, 'content');
    const { token } = await reader(gitlab);
    const answer = await download(gitlab, id, { 'job-token': token }, '?direct_download=true');
    expect(answer.text).toBe('content');
  });
});
