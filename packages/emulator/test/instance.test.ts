import { describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../src/index.ts';
import { send, takeJob, type Answer } from './support/wire.ts';

function get(gitlab: Emulator, path: string, token?: string): Promise<Answer> {
  const headers = token === undefined ? {} : { 'private-token': token };
  return send(gitlab, `/api/v4${path}`, { headers });
}

async function make(
  gitlab: Emulator,
  path: string,
  json: unknown,
): Promise<{ id: number; token: string }> {
  const answer = await send(gitlab, `/_emulator/${path}`, { method: 'POST', json });
  return answer.body as { id: number; token: string };
}

describe('GET /user', () => {
  test('tells whose token it is, in either header', async () => {
    await using gitlab = await startEmulator();
    const expected = {
      id: 1,
      username: 'root',
      name: 'Administrator',
      state: 'active',
      is_admin: true,
    };
    expect(await get(gitlab, '/user', gitlab.adminToken)).toMatchObject({
      status: 200,
      body: expected,
    });
    const headers = { authorization: `Bearer ${gitlab.adminToken}` };
    expect(await send(gitlab, '/api/v4/user', { headers })).toMatchObject({
      status: 200,
      body: expected,
    });
    const user = await make(gitlab, 'users', { username: 'ann' });
    expect((await get(gitlab, '/user', user.token)).body).toMatchObject({
      id: user.id,
      is_admin: false,
    });
  });

  test('is 401 without a token or with a wrong one', async () => {
    await using gitlab = await startEmulator();
    const answer = await get(gitlab, '/user');
    expect([answer.status, answer.body]).toEqual([401, { message: '401 Unauthorized' }]);
    expect((await get(gitlab, '/user', 'glpat-x')).status).toBe(401);
  });

  test('is 403 with a token whose scope does not reach', async () => {
    await using gitlab = await startEmulator();
    const { token } = await make(gitlab, 'users', { username: 'ann', scopes: ['create_runner'] });
    expect(await get(gitlab, '/user', token)).toMatchObject({
      status: 403,
      body: { error: 'insufficient_scope', scope: 'api read_api read_user' },
    });
    const reader = await make(gitlab, 'users', { username: 'bob', scopes: ['read_api'] });
    expect((await get(gitlab, '/user', reader.token)).status).toBe(200);
  });
});

test('the version and the metadata are told to everybody who is known', async () => {
  await using gitlab = await startEmulator();
  const version = await get(gitlab, '/version', gitlab.adminToken);
  expect(version.body).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  expect((await get(gitlab, '/metadata', gitlab.adminToken)).body).toMatchObject({
    kas: { enabled: false },
  });
  expect((await get(gitlab, '/version')).status).toBe(401);
});

describe('GET /job', () => {
  test('tells the job whose token it is', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job({ name: 'mine' });
    const { token } = await takeJob(gitlab);
    const answer = await send(gitlab, '/api/v4/job', { headers: { 'job-token': token } });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        id: job.id,
        name: 'mine',
        status: 'running',
        pipeline: { project_id: 1 },
        user: { id: 1 },
      },
    });
  });

  test('is 404 with a personal token, and 401 with none or that of a job that is over', async () => {
    await using gitlab = await startEmulator();
    gitlab.job();
    const taken = await takeJob(gitlab);
    await taken.update({ state: 'success' });
    expect((await get(gitlab, '/job', gitlab.adminToken)).status).toBe(404);
    expect((await get(gitlab, '/job')).status).toBe(401);
    const over = await send(gitlab, '/api/v4/job', { headers: { 'job-token': taken.token } });
    expect(over.status).toBe(401);
  });
});

describe('a project or group', () => {
  test('is found by its number and by its path', async () => {
    await using gitlab = await startEmulator();
    const group = await make(gitlab, 'groups', { path: 'g' });
    const project = await make(gitlab, 'projects', { path: 'p', group_id: group.id });
    const { adminToken } = gitlab;
    const expected = { id: project.id, path_with_namespace: 'g/p', visibility: 'private' };
    expect((await get(gitlab, `/projects/${project.id}`, adminToken)).body).toMatchObject(expected);
    expect((await get(gitlab, '/projects/g%2Fp', adminToken)).body).toMatchObject(expected);
    expect((await get(gitlab, '/groups/g', adminToken)).body).toMatchObject({
      id: group.id,
      full_path: 'g',
    });
    expect((await get(gitlab, `/groups/${group.id}`, adminToken)).status).toBe(200);
  });

  test('does not exist for those who may not see it', async () => {
    await using gitlab = await startEmulator();
    const group = await make(gitlab, 'groups', { path: 'g' });
    const project = await make(gitlab, 'projects', { path: 'p', group_id: group.id });
    const { id, token } = await make(gitlab, 'users', { username: 'ann' });
    expect(await get(gitlab, `/projects/${project.id}`, token)).toMatchObject({
      status: 404,
      body: { message: '404 Project Not Found' },
    });
    expect(await get(gitlab, '/groups/g', token)).toMatchObject({
      status: 404,
      body: { message: '404 Group Not Found' },
    });
    await make(gitlab, `groups/${group.id}/members`, { user_id: id, access_level: 10 });
    expect((await get(gitlab, `/projects/${project.id}`, token)).status).toBe(200);
  });

  test('that was deleted does not exist', async () => {
    await using gitlab = await startEmulator();
    const project = await make(gitlab, 'projects', { path: 'p' });
    const path = `/_emulator/projects/${project.id}`;
    expect((await send(gitlab, path, { method: 'DELETE' })).status).toBe(204);
    expect((await get(gitlab, `/projects/${project.id}`, gitlab.adminToken)).status).toBe(404);
  });
});

test('every answer has the headers of a careful server and an id', async () => {
  await using gitlab = await startEmulator();
  const { headers } = await get(gitlab, '/version', gitlab.adminToken);
  expect(headers).toMatchObject({
    'x-frame-options': 'SAMEORIGIN',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.any(String),
  });
});

test('what is not there is 404, and the wrong method 405', async () => {
  await using gitlab = await startEmulator();
  expect((await get(gitlab, '/nonsense')).status).toBe(404);
  const wrong = await send(gitlab, '/api/v4/jobs/request', { method: 'DELETE' });
  expect([wrong.status, wrong.headers['allow']]).toEqual([405, 'OPTIONS, POST']);
});

test('a body that is no JSON is refused', async () => {
  await using gitlab = await startEmulator();
  const answer = await send(gitlab, '/api/v4/jobs/request', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  expect(answer.status).toBe(400);
});
