import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { startEmulator, type Emulator, type JobView, type LoggedRequest } from '../src/index.ts';
import { requestJob, send, takeJob, type Answer } from './support/wire.ts';

function control(gitlab: Emulator, method: string, path: string, json?: unknown): Promise<Answer> {
  return send(gitlab, `/_emulator/${path}`, { method, ...(json === undefined ? {} : { json }) });
}

describe('jobs', () => {
  test('are made one at a time or many at once', async () => {
    await using gitlab = await startEmulator();
    const one = await control(gitlab, 'POST', 'jobs', { name: 'n' });
    expect([one.status, one.body]).toEqual([201, { id: 1, status: 'pending' }]);
    const many = await control(gitlab, 'POST', 'jobs', { count: 3 });
    expect([many.status, many.body]).toEqual([201, { ids: [2, 3, 4] }]);
    const all = (await control(gitlab, 'GET', 'jobs')).body as JobView[];
    expect(all.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect((await control(gitlab, 'GET', 'jobs/9')).status).toBe(404);
  });

  test.each([
    ['artifacts', [{ pathz: ['a'] }]],
    ['artifacts', [{ paths: ['a'], when: 'sometimes' }]],
    ['artifacts', [{ paths: ['a'], expire_in: 'soon' }]],
    ['artifacts', { paths: ['a'], artifact_format: 'tar' }],
    ['variables', { A: { value: '1', maskd: true } }],
    ['variables', { A: { value: '1', masked: 'yes' } }],
    ['variables', { A: { masked: true } }],
    ['cache', { path: ['a'] }],
    ['cache', [{ paths: ['a'], when: 'sometimes' }]],
    ['image', { entrypoint: 'sh' }],
    ['services', [{ name: 'db', port: 5432 }]],
    ['allow_failure', {}],
    ['allow_failure', { exit_codes: '3' }],
    ['hooks', { pre_get_sources: 'x' }],
    ['when', 'sometimes'],
    ['parallel', { index: 1 }],
  ])('whose %s are %j are refused, since a word mistyped would do nothing', async (key, value) => {
    await using gitlab = await startEmulator();
    const answer = await control(gitlab, 'POST', 'jobs', { [key]: value });
    expect([answer.status, answer.body]).toEqual([
      400,
      { message: `400 Bad request - a job's ${key} cannot be ${JSON.stringify(value)}` },
    ]);
  });

  test('may leave out with null whatever they may leave out', async () => {
    await using gitlab = await startEmulator();
    const artifacts = [{ name: null, paths: ['a'], when: null, expire_in: null }];
    const image = { name: 'ruby', entrypoint: null };
    await control(gitlab, 'POST', 'jobs', { artifacts, image, tags: null });
    const { payload } = await takeJob(gitlab);
    expect(payload.artifacts).toEqual([expect.objectContaining({ name: null, paths: ['a'] })]);
    expect(payload.image).toMatchObject({ name: 'ruby', entrypoint: null });
  });

  test('may be watched', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    await control(gitlab, 'POST', `jobs/${job.id}/watch`);
    const taken = await takeJob(gitlab);
    expect((await taken.patch(0, 'x')).headers['x-gitlab-trace-update-interval']).toBe('3');
  });
});

describe('a fault', () => {
  test('answers in place of the server, as often as it says', async () => {
    await using gitlab = await startEmulator();
    const fault = { method: 'post', path: '/jobs/request$', status: 503, times: 2 };
    await control(gitlab, 'POST', 'faults', {
      ...fault,
      headers: { 'Retry-After': 7 },
      body: { a: 1 },
    });
    const answer = await requestJob(gitlab);
    expect([answer.status, answer.headers['retry-after'], answer.body]).toEqual([
      503,
      '7',
      { a: 1 },
    ]);
    expect((await requestJob(gitlab)).status).toBe(503);
    expect((await requestJob(gitlab)).status).toBe(204);
  });

  test('does no work where it answers', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    gitlab.faults.add({ status: 500, times: 1 });
    await requestJob(gitlab);
    expect(job.status).toBe('pending');
  });

  test('of a rate limit has GitLab’s words', async () => {
    await using gitlab = await startEmulator();
    gitlab.faults.add({ status: 429 });
    const message = { error: 'This endpoint has been requested too many times. Try again later.' };
    expect(await requestJob(gitlab)).toMatchObject({ status: 429, body: { message } });
  });

  test('can cut the connection before an answer, with no work done', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    gitlab.faults.add({ reset: true, times: 1 });
    await expect(requestJob(gitlab)).rejects.toThrow('other side closed');
    expect(job.status).toBe('pending');
    expect(gitlab.requests[0]?.status).toBeNull();
  });

  test('can do the work and then cut the connection', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    gitlab.faults.add({ drop_after: true, times: 1 });
    await expect(requestJob(gitlab)).rejects.toThrow('other side closed');
    expect(job.status).toBe('running');
  });

  test('can keep an upload and lose its answer: the repetition is accepted', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    const taken = await takeJob(gitlab);
    gitlab.faults.add({ path: '/artifacts', drop_after: true, times: 1 });
    await expect(taken.upload({ content: 'x' })).rejects.toThrow('other side closed');
    expect(job.artifacts).toHaveLength(1);
    expect((await taken.upload({ content: 'x' })).status).toBe(201);
  });

  test('can delay, and lets another one strike as well', async () => {
    await using gitlab = await startEmulator();
    gitlab.faults.add({ delay_ms: 30 });
    gitlab.faults.add({ status: 502, times: 1 });
    const before = performance.now();
    expect((await requestJob(gitlab)).status).toBe(502);
    expect(performance.now() - before).toBeGreaterThan(25);
    expect((await requestJob(gitlab)).status).toBe(204);
  });

  test('meets the query as well as the path, and spares the control calls', async () => {
    await using gitlab = await startEmulator();
    gitlab.faults.add({ path: 'direct_download=true', status: 500 });
    expect((await send(gitlab, '/api/v4/jobs/1/artifacts?direct_download=true')).status).toBe(500);
    expect((await send(gitlab, '/api/v4/jobs/1/artifacts')).status).toBe(401);
    gitlab.faults.add({ status: 500 });
    expect((await control(gitlab, 'GET', 'jobs')).status).toBe(200);
    expect((await control(gitlab, 'DELETE', 'faults')).status).toBe(204);
    expect((await requestJob(gitlab)).status).toBe(204);
  });

  test('with a probability strikes never, always or sometimes', async () => {
    await using gitlab = await startEmulator();
    gitlab.faults.add({ probability: 0, status: 500 });
    expect((await requestJob(gitlab)).status).toBe(204);
    gitlab.faults.add({ probability: 1, status: 500 });
    expect((await requestJob(gitlab)).status).toBe(500);
  });

  test('strikes by the chance that the emulator is given, and is counted', async () => {
    const chances = [0.1, 0.9, 0.2, 0.8];
    await using gitlab = await startEmulator({ random: () => chances.shift() ?? 1 });
    gitlab.faults.add({ probability: 0.5, status: 500 });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await requestJob(gitlab)).status);
    expect(statuses).toEqual([500, 204, 500, 204]);
    expect(gitlab.faults.struck).toBe(2);
  });

  test('that cannot be is refused', async () => {
    await using gitlab = await startEmulator();
    const refusal = async (json: unknown): Promise<unknown> =>
      (await control(gitlab, 'POST', 'faults', json)).body;
    expect(await refusal({ stats: 500 })).toEqual({
      message: '400 Bad request - a fault has no stats',
    });
    expect(await refusal({ path: '(' })).toEqual({
      message: `400 Bad request - a fault's path cannot be "("`,
    });
    for (const headers of [{ 'A b': 'x' }, { A: 'x\ny' }]) {
      expect(await refusal({ status: 500, headers })).toEqual({
        message: `400 Bad request - a fault's headers cannot be ${JSON.stringify(headers)}`,
      });
      expect(() => gitlab.faults.add({ status: 500, headers })).toThrow('eader');
    }
    expect((await requestJob(gitlab)).status).toBe(204);
    expect(await refusal({ status: 200.5 })).toEqual({
      message: `400 Bad request - a fault's status cannot be 200.5`,
    });
  });
});

describe('the list of requests', () => {
  test('has what came in, with tokens masked and without the control calls', async () => {
    await using gitlab = await startEmulator();
    gitlab.job();
    const taken = await takeJob(gitlab);
    await taken.patch(0, 'hello', { 'x-mine': 'kept' });
    await send(gitlab, `/api/v4/jobs/${taken.id}/artifacts?token=${taken.token}&x=1`);
    const answer = await control(gitlab, 'GET', 'requests');
    expect(answer.text).not.toContain(gitlab.runnerToken);
    expect(answer.text).not.toContain(taken.token);
    const requests = answer.body as LoggedRequest[];
    expect(requests.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', '/api/v4/jobs/request', 201],
      ['PATCH', `/api/v4/jobs/${taken.id}/trace`, 202],
      ['GET', `/api/v4/jobs/${taken.id}/artifacts`, 404],
    ]);
    expect(requests[0]?.body).toMatchObject({ token: '[MASKED]', system_id: 's_test' });
    expect(requests[1]).toMatchObject({
      request_bytes: 5,
      headers: { 'job-token': '[MASKED]', 'content-range': '0-4', 'x-mine': 'kept' },
    });
    expect(requests[2]?.query).toBe('token=[MASKED]&x=1');
  });

  test('counts all by route and status', async () => {
    await using gitlab = await startEmulator();
    await requestJob(gitlab);
    await requestJob(gitlab);
    await requestJob(gitlab, { token: 'x' });
    expect((await control(gitlab, 'GET', 'requests/counts')).body).toEqual({
      total: 3,
      by_route: { 'POST /api/v4/jobs/request 204': 2, 'POST /api/v4/jobs/request 403': 1 },
    });
  });
});

describe('settings', () => {
  test('change what is given and leave the rest', async () => {
    await using gitlab = await startEmulator();
    const answer = await control(gitlab, 'POST', 'settings', {
      update_interval_s: 5,
      registry: false,
    });
    expect(answer.body).toMatchObject({ update_interval_s: 5, registry: null, two_phase: false });
  });

  test('that do not exist or cannot be are refused', async () => {
    await using gitlab = await startEmulator();
    const refusal = async (json: unknown): Promise<unknown> =>
      (await control(gitlab, 'POST', 'settings', json)).body;
    expect(await refusal({ interval: 5 })).toEqual({
      message: '400 Bad request - there is no setting interval',
    });
    expect(await refusal({ trace_flush: 'later' })).toEqual({
      message: '400 Bad request - trace_flush cannot be "later"',
    });
  });
});

describe('a reset', () => {
  test('forgets everything but the printed tokens, and gives no id twice', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job();
    const taken = await takeJob(gitlab);
    const user = (await control(gitlab, 'POST', 'users', { username: 'ann' })).body as {
      id: number;
    };
    gitlab.settings({ update_interval_s: 5 });
    gitlab.advanceClock(86_400);
    gitlab.faults.add({ status: 500, path: '/version' });
    await send(gitlab, '/api/v4/runners/reset_authentication_token', {
      method: 'POST',
      json: { token: gitlab.runnerToken },
    });
    expect((await control(gitlab, 'POST', 'reset')).status).toBe(204);
    expect((await control(gitlab, 'GET', 'jobs')).body).toEqual([]);
    expect((await taken.patch(0, 'x')).status).toBe(403);
    expect((await requestJob(gitlab)).status).toBe(204);
    const headers = { 'private-token': gitlab.adminToken };
    expect((await send(gitlab, '/api/v4/version', { headers })).status).toBe(200);
    expect((await control(gitlab, 'GET', 'settings')).body).toMatchObject({
      update_interval_s: 60,
    });
    expect(gitlab.job().id).toBeGreaterThan(job.id);
    const next = (await control(gitlab, 'POST', 'users', { username: 'ann' })).body as {
      id: number;
    };
    expect(next.id).toBeGreaterThan(user.id);
    const now = (await control(gitlab, 'POST', 'clock', { advance_s: 0 })).body as { now: string };
    expect(Math.abs(Date.parse(now.now) - Date.now())).toBeLessThan(60_000);
  });

  test('gives the disk back and works on', async () => {
    await using gitlab = await startEmulator();
    const before = gitlab.job();
    const taken = await takeJob(gitlab);
    await taken.upload({ content: 'x' });
    const [artifact] = before.artifacts;
    gitlab.reset();
    await expect(artifact?.read()).rejects.toThrow('ENOENT');
    const job = gitlab.job();
    const next = await takeJob(gitlab);
    await next.patch(0, Buffer.alloc(200_000, 'x'));
    expect((await next.upload({ content: 'y' })).status).toBe(201);
    expect([job.traceBytes.length, job.artifacts.length]).toEqual([200_000, 1]);
  });

  test('lets held requests go', async () => {
    await using gitlab = await startEmulator({ settings: { long_poll_s: 60 } });
    const first = await requestJob(gitlab);
    const last_update = first.headers['x-gitlab-last-update'];
    const held = requestJob(gitlab, { last_update });
    await expect.poll(() => gitlab.requests.length).toBe(2);
    gitlab.reset();
    expect((await held).status).toBe(204);
  });
});

describe('the world', () => {
  test('has users, groups, projects and members, each path but once', async () => {
    await using gitlab = await startEmulator();
    const user = await control(gitlab, 'POST', 'users', { username: 'ann' });
    expect(user.body).toMatchObject({ id: 2, token: expect.stringMatching(/^glpat-/) });
    expect((await control(gitlab, 'POST', 'users', { username: 'ann' })).status).toBe(400);
    const group = await control(gitlab, 'POST', 'groups', { path: 'g' });
    expect(group.body).toMatchObject({ full_path: 'g' });
    expect((await control(gitlab, 'POST', 'groups', { path: 'g' })).status).toBe(400);
    const { id } = group.body as { id: number };
    const project = await control(gitlab, 'POST', 'projects', { path: 'p', group_id: id });
    expect(project.body).toMatchObject({ path_with_namespace: 'g/p' });
    const member = { user_id: 2, access_level: 30 };
    expect((await control(gitlab, 'POST', `groups/${id}/members`, member)).body).toEqual(member);
    const wrong = await control(gitlab, 'POST', `groups/${id}/members`, {
      ...member,
      access_level: 7,
    });
    expect(wrong.status).toBe(400);
    expect((await control(gitlab, 'POST', 'groups/77/members', member)).status).toBe(404);
    expect((await control(gitlab, 'POST', 'projects', { path: 'p', group_id: 77 })).status).toBe(
      400,
    );
    expect(
      (await control(gitlab, 'POST', 'users', { username: 'x', scopes: ['all'] })).status,
    ).toBe(400);
  });

  test.each([
    ['projects', { path: 'p', shared_runner_enabled: false }, 'shared_runner_enabled'],
    ['groups', { path: 'p', parent: 1 }, 'parent'],
    ['users', { username: 'ann', scope: ['api'] }, 'scope'],
    ['projects/1/members', { user_id: 1, level: 30 }, 'level'],
  ])('names what POST %s does not know', async (path, json, unknown) => {
    await using gitlab = await startEmulator();
    const { status, text } = await control(gitlab, 'POST', path, json);
    expect([status, text]).toEqual([400, expect.stringContaining(`there is no ${unknown} here`)]);
  });
});
