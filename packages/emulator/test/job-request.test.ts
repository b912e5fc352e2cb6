import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../src/index.ts';
import { allFeatures, requestJob, send, takeJob } from './support/wire.ts';

async function queueValue(gitlab: Emulator): Promise<string> {
  const { headers } = await requestJob(gitlab);
  return String(headers['x-gitlab-last-update']);
}

/** A request that is sent and not awaited; the connection can be closed under it. */
async function hangingRequest(
  gitlab: Emulator,
  json: unknown,
): Promise<{ leave(): Promise<void> }> {
  const { hostname, port } = new URL(gitlab.url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  const body = JSON.stringify(json);
  socket.write(
    `POST /api/v4/jobs/request HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return {
    leave: async () => {
      socket.destroy();
      await once(socket, 'close');
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not come true within five seconds.');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a job request', () => {
  test('gets a job with a 201 of JSON, without the queue’s value', async () => {
    await using gitlab = await startEmulator();
    gitlab.job();
    const answer = await requestJob(gitlab);
    expect(answer.status).toBe(201);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['x-gitlab-last-update']).toBeUndefined();
  });

  test('gets 204 without a body where there is nothing, with the queue’s value', async () => {
    await using gitlab = await startEmulator();
    const answer = await requestJob(gitlab);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers['x-gitlab-last-update']).toMatch(/^[0-9a-f]{32}$/);
  });

  test('sees a new value of the queue once a job waits that the runner may take', async () => {
    await using gitlab = await startEmulator();
    const before = await queueValue(gitlab);
    expect(await queueValue(gitlab)).toBe(before);
    gitlab.job({ tags: ['elsewhere'] });
    expect(await queueValue(gitlab)).toBe(before);
    gitlab.job();
    await takeJob(gitlab, { last_update: before });
    expect(await queueValue(gitlab)).not.toBe(before);
  });

  test('gets 204 without a look at the queue where its value has not changed', async () => {
    await using gitlab = await startEmulator();
    gitlab.job();
    await takeJob(gitlab);
    const value = await queueValue(gitlab);
    const answer = await requestJob(gitlab, { last_update: value });
    expect([answer.status, answer.headers['x-gitlab-last-update']]).toEqual([204, value]);
  });

  test('sees another value after an hour', async () => {
    await using gitlab = await startEmulator();
    const before = await queueValue(gitlab);
    gitlab.advanceClock(3600);
    expect(await queueValue(gitlab)).not.toBe(before);
  });

  test('keeps of a long system id what fits', async () => {
    await using gitlab = await startEmulator();
    await requestJob(gitlab, { system_id: `s_${'x'.repeat(70)}` });
    expect(gitlab.runners[0]?.managers[0]?.system_id).toBe(`s_${'x'.repeat(62)}`);
  });

  test('needs a token, as a parameter', async () => {
    await using gitlab = await startEmulator();
    const answer = await requestJob(gitlab, { token: undefined });
    expect([answer.status, answer.body]).toEqual([400, { error: 'token is missing' }]);
  });

  test('tells the server who asks: each system id is a manager of its own', async () => {
    await using gitlab = await startEmulator();
    const info = {
      name: 'mine',
      version: '1.0',
      revision: 'abc',
      platform: 'linux',
      architecture: 'amd64',
      executor: 'shell',
      features: { cancel_gracefully: true },
      labels: { site: 'lab' },
    };
    await requestJob(gitlab, { system_id: 's_one', info });
    await requestJob(gitlab, { system_id: 's_two', info });
    await requestJob(gitlab, { system_id: undefined, info: undefined });
    const { features, labels, ...facts } = info;
    expect(gitlab.runners[0]?.managers).toMatchObject([
      { system_id: 's_one', info: facts, features, labels },
      { system_id: 's_two' },
      { system_id: '<legacy>' },
    ]);
  });

  test('whose session GitLab may not connect to leaves the job and is a conflict', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    const session = { url: 'https://127.0.0.1:8093/session' };
    const answer = await requestJob(gitlab, { session });
    expect([answer.status, answer.body]).toEqual([409, { message: '409 Conflict' }]);
    expect(answer.headers['x-gitlab-last-update']).toBeUndefined();
    expect(job.status).toBe('pending');
    gitlab.settings({ allow_local_requests: true });
    const { payload } = await takeJob(gitlab, { session });
    expect(payload.runner_info['runner_session_url']).toBe(session.url);
  });
});

describe('a held job request', () => {
  test('is answered with the job as soon as there is one', async () => {
    await using gitlab = await startEmulator({ settings: { long_poll_s: 30 } });
    const held = takeJob(gitlab, { last_update: await queueValue(gitlab) });
    await until(() => gitlab.requests.length === 2);
    const job = gitlab.job();
    expect((await held).id).toBe(job.id);
  });

  test('is answered 204 when its time is over', async () => {
    await using gitlab = await startEmulator({ settings: { long_poll_s: 0.05 } });
    const value = await queueValue(gitlab);
    const answer = await requestJob(gitlab, { last_update: value });
    expect([answer.status, answer.headers['x-gitlab-last-update']]).toEqual([204, value]);
  });

  test('is not held where the runner has not seen the queue’s present value', async () => {
    await using gitlab = await startEmulator({ settings: { long_poll_s: 30 } });
    expect((await requestJob(gitlab)).status).toBe(204);
    expect((await requestJob(gitlab, { last_update: 'old' })).status).toBe(204);
  });

  test('gets no job once its client has gone', async () => {
    await using gitlab = await startEmulator({ settings: { long_poll_s: 30 } });
    const last_update = await queueValue(gitlab);
    const held = await hangingRequest(gitlab, { token: gitlab.runnerToken, last_update });
    await until(() => gitlab.requests.length === 2);
    await held.leave();
    await until(() => gitlab.requests[1]?.duration_ms !== null);
    const job = gitlab.job();
    expect(job.status).toBe('pending');
    expect((await takeJob(gitlab)).id).toBe(job.id);
  });

  test('that was delayed gets no job once its client has gone', async () => {
    await using gitlab = await startEmulator();
    gitlab.faults.add({ delay_ms: 100, times: 1 });
    const job = gitlab.job();
    const delayed = await hangingRequest(gitlab, { token: gitlab.runnerToken });
    await until(() => gitlab.requests.length === 1);
    await delayed.leave();
    await until(() => gitlab.requests[0]?.duration_ms !== null);
    expect(job.status).toBe('pending');
  });

  test('does not keep the emulator from closing', async () => {
    const gitlab = await startEmulator({ settings: { long_poll_s: 600 } });
    const held = requestJob(gitlab, { last_update: await queueValue(gitlab) });
    held.catch(() => undefined);
    await until(() => gitlab.requests.length === 2);
    await gitlab.close();
    await expect(held).rejects.toThrow('other side closed');
  });

  test('of one runner goes to one of those that wait, and the others ask again', async () => {
    await using gitlab = await startEmulator({ settings: { long_poll_s: 30 } });
    const last_update = await queueValue(gitlab);
    const held = [1, 2, 3].map((n) => requestJob(gitlab, { last_update, system_id: `s_${n}` }));
    await until(() => gitlab.requests.length === 4);
    gitlab.job();
    const answers = await Promise.all(held);
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      201, 204, 204,
    ]);
    const other = answers.find(({ status }) => status === 204);
    expect(other?.headers['x-gitlab-last-update']).not.toBe(last_update);
  });
});

describe('a job that cannot be run at all', () => {
  test('fails on the way, and the request gets the next one', async () => {
    await using gitlab = await startEmulator();
    const build = gitlab.job();
    const taken = await takeJob(gitlab);
    await taken.upload({ content: 'x' });
    await taken.update({ state: 'success' });
    const orphan = gitlab.job({ dependencies: [build.id] });
    build.erase();
    const next = gitlab.job();
    expect((await takeJob(gitlab)).id).toBe(next.id);
    expect([orphan.status, orphan.failureReason]).toEqual(['failed', 'missing_dependency_failure']);
  });

  test('fails for want of artifacts that have expired', async () => {
    await using gitlab = await startEmulator();
    const build = gitlab.job();
    const taken = await takeJob(gitlab);
    await taken.upload({ content: 'x', query: '?expire_in=1%20hour' });
    await taken.update({ state: 'success' });
    gitlab.advanceClock(3601);
    const orphan = gitlab.job({ dependencies: [build.id] });
    expect((await requestJob(gitlab)).status).toBe(204);
    expect(orphan.failureReason).toBe('missing_dependency_failure');
  });

  test.each([
    ['upload_multiple_artifacts', { artifacts: [{ artifact_type: 'junit', paths: ['x'] }] }],
    ['artifacts_exclude', { artifacts: [{ paths: ['x'], exclude: ['y'] }] }],
    ['multi_build_steps', { release: { tag_name: 'v1', description: 'd' } }],
    ['return_exit_code', { allow_failure: { exit_codes: [1] } }],
    ['fallback_cache_keys', { cache: { paths: ['x'], fallback_keys: ['k'] } }],
  ])('fails as unsupported where the runner has no %s', async (feature, spec) => {
    await using gitlab = await startEmulator();
    const job = gitlab.job(spec);
    const info = { features: { ...allFeatures, [feature]: false } };
    expect((await requestJob(gitlab, { info })).status).toBe(204);
    expect(job.failureReason).toBe('runner_unsupported');
    const again = gitlab.job(spec);
    expect((await takeJob(gitlab)).id).toBe(again.id);
  });

  test.each([
    ['its project runs none', 'projects', { path: 'p', builds_enabled: false }, 'builds_disabled'],
    ['its user is blocked', 'users', { username: 'u', blocked: true }, 'user_blocked'],
  ])('fails where %s', async (_, kind, json, reason) => {
    await using gitlab = await startEmulator();
    const made = await send(gitlab, `/_emulator/${kind}`, { method: 'POST', json });
    const { id } = made.body as { id: number };
    const job = gitlab.job(kind === 'projects' ? { project_id: id } : { user_id: id });
    expect((await requestJob(gitlab)).status).toBe(204);
    expect([job.status, job.failureReason]).toEqual(['failed', reason]);
  });

  test('fails with its project, where that is deleted', async () => {
    await using gitlab = await startEmulator();
    const made = await send(gitlab, '/_emulator/projects', { method: 'POST', json: { path: 'p' } });
    const { id } = made.body as { id: number };
    const job = gitlab.job({ project_id: id });
    await send(gitlab, `/_emulator/projects/${id}`, { method: 'DELETE' });
    expect((await requestJob(gitlab)).status).toBe(204);
    expect(job.failureReason).toBe('project_deleted');
  });

  test('is one of forty-five that a request looks at before it ends as a conflict', async () => {
    await using gitlab = await startEmulator();
    const jobs = gitlab.jobs({ count: 46, release: { tag_name: 'v1' } });
    const info = { features: {} };
    expect((await requestJob(gitlab, { info })).status).toBe(409);
    expect(jobs.filter(({ status }) => status === 'pending')).toHaveLength(1);
    expect((await requestJob(gitlab, { info })).status).toBe(204);
  });
});
