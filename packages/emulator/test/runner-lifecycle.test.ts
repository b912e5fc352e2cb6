import { describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../src/index.ts';
import { requestJob, send, type Answer } from './support/wire.ts';

interface Credentials {
  readonly id: number;
  readonly token: string;
  readonly token_expires_at: string | null;
}

function post(gitlab: Emulator, path: string, json: unknown): Promise<Answer> {
  return send(gitlab, `/api/v4/${path}`, { method: 'POST', json });
}

function register(gitlab: Emulator, json: Record<string, unknown> = {}): Promise<Answer> {
  return post(gitlab, 'runners', { token: gitlab.registrationToken, ...json });
}

async function registered(gitlab: Emulator, json?: Record<string, unknown>): Promise<Credentials> {
  const answer = await register(gitlab, json);
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body as Credentials;
}

describe('a registration', () => {
  test('gives an id and a token, and keeps what it says', async () => {
    await using gitlab = await startEmulator();
    const answer = await register(gitlab, {
      description: 'mine',
      tag_list: 'a, b',
      paused: true,
      info: { name: 'gitlab-runner', version: '1' },
    });
    expect(answer).toMatchObject({ status: 201, body: { token_expires_at: null } });
    const { id, token } = answer.body as Credentials;
    expect(token).toMatch(/^t1_[\w-]{20}$/);
    expect(gitlab.runners.find((runner) => runner.id === id)).toMatchObject({
      runner_type: 'instance_type',
      description: 'mine',
      paused: true,
      tag_list: ['a', 'b'],
    });
    expect((await requestJob(gitlab, { token })).status).toBe(204);
  });

  test('may end its path with a slash, begin it with two, and come as a form', async () => {
    await using gitlab = await startEmulator();
    const slash = await send(gitlab, '//api/v4/runners/', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `token=${gitlab.registrationToken}&tag_list[]=a&tag_list[]=b&info[name]=x`,
    });
    expect(slash.status).toBe(201);
    expect(gitlab.runners.at(-1)?.tag_list).toEqual(['a', 'b']);
  });

  test('of a group or project makes a runner of that', async () => {
    await using gitlab = await startEmulator();
    const make = async (path: string): Promise<string> => {
      const { body } = await send(gitlab, `/_emulator/${path}`, { method: 'POST', json: { path } });
      return (body as { runners_token: string }).runners_token;
    };
    expect((await registered(gitlab, { token: await make('groups') })).token).toMatch(/^t2_/);
    expect((await registered(gitlab, { token: await make('projects') })).token).toMatch(/^t3_/);
    const types = gitlab.runners.map(({ runner_type }) => runner_type);
    expect(types).toEqual(['instance_type', 'group_type', 'project_type']);
  });

  test('without a token, or with a wrong one, is refused', async () => {
    await using gitlab = await startEmulator();
    const missing = await post(gitlab, 'runners', {});
    expect([missing.status, missing.body]).toEqual([400, { error: 'token is missing' }]);
    const wrong = await register(gitlab, { token: 'x' });
    expect([wrong.status, wrong.body]).toEqual([
      403,
      { message: '403 Forbidden - invalid token supplied' },
    ]);
  });

  test('is gone where it is not allowed, whatever the token; without one it is forbidden', async () => {
    await using gitlab = await startEmulator({
      settings: { allow_runner_registration_token: false },
    });
    const answer = await register(gitlab);
    expect([answer.status, answer.body]).toEqual([
      410,
      { message: '410 Gone - runner registration disallowed' },
    ]);
    expect((await register(gitlab, { token: 'x' })).status).toBe(410);
    expect((await register(gitlab, { token: '' })).status).toBe(403);
  });

  test.each([
    [
      { run_untagged: false },
      { tags_list: ['can not be empty when runner is not allowed to pick untagged jobs'] },
    ],
    [{ info: { name: 'x'.repeat(257) } }, { name: ['is too long (maximum is 256 characters)'] }],
    [
      { maintenance_note: 'x'.repeat(1025) },
      { maintenance_note: ['is too long (maximum is 1024 characters)'] },
    ],
    [{ maximum_timeout: 599 }, { maximum_timeout: ['needs to be at least 10 minutes'] }],
    [
      { description: 'x'.repeat(1025) },
      { description: ['is too long (maximum is 1024 characters)'] },
    ],
    [
      { tag_list: Array.from({ length: 51 }, (_, at) => `t${at}`) },
      { tags_list: ['Too many tags specified. Please limit the number of tags to 50'] },
    ],
  ])('with %j is refused by attribute', async (attributes, message) => {
    await using gitlab = await startEmulator();
    expect(await register(gitlab, attributes)).toMatchObject({ status: 400, body: { message } });
  });

  test.each([
    [{ access_level: 'high' }, 'access_level does not have a valid value'],
    [{ active: true, paused: true }, 'active, paused are mutually exclusive'],
    [
      { maintenance_note: 'a', maintainer_note: 'b' },
      'maintainer_note, maintenance_note are mutually exclusive',
    ],
    [{ maximum_timeout: 'long' }, 'maximum_timeout is invalid'],
    [{ locked: 'perhaps' }, 'locked is invalid'],
  ])('with %j is refused by parameter', async (attributes, error) => {
    await using gitlab = await startEmulator();
    expect(await register(gitlab, attributes)).toMatchObject({ status: 400, body: { error } });
  });

  test('beyond a project’s or group’s limit is refused', async () => {
    await using gitlab = await startEmulator({ settings: { runner_limit: 1 } });
    const made = await send(gitlab, '/_emulator/projects', { method: 'POST', json: { path: 'p' } });
    const { runners_token: token } = made.body as { runners_token: string };
    await registered(gitlab, { token });
    const message = {
      'runner_projects.base': ['Maximum number of ci registered project runners (1) exceeded'],
    };
    expect(await register(gitlab, { token })).toMatchObject({ status: 400, body: { message } });
    expect((await register(gitlab)).status).toBe(201);
    gitlab.advanceClock(8 * 86_400);
    expect((await register(gitlab, { token })).status).toBe(201);
  });
});

describe('a runner', () => {
  test('is verified with its id, and its process is noted', async () => {
    await using gitlab = await startEmulator();
    const json = { token: gitlab.runnerToken, system_id: 's_x', info: { version: '9' } };
    const answer = await post(gitlab, 'runners/verify', json);
    expect([answer.status, answer.body]).toEqual([
      200,
      { id: 1, token: gitlab.runnerToken, token_expires_at: null },
    ]);
    expect(gitlab.runners[0]?.managers).toMatchObject([
      { system_id: 's_x', info: { version: '9' } },
    ]);
  });

  test('is not verified with a wrong token, or without one', async () => {
    await using gitlab = await startEmulator();
    expect(await post(gitlab, 'runners/verify', { token: 'x' })).toMatchObject({
      status: 403,
      body: { message: '403 Forbidden' },
    });
    expect((await post(gitlab, 'runners/verify', {})).status).toBe(400);
  });

  test('gets a new token, and its old one is void at once', async () => {
    await using gitlab = await startEmulator();
    const old = gitlab.runnerToken;
    const answer = await post(gitlab, 'runners/reset_authentication_token', { token: old });
    expect([answer.status, Object.keys(answer.body as object)]).toEqual([
      201,
      ['token', 'token_expires_at'],
    ]);
    const { token } = answer.body as Credentials;
    expect(token).toMatch(/^glrt-t1_/);
    expect((await requestJob(gitlab, { token: old })).status).toBe(403);
    expect((await requestJob(gitlab, { token })).status).toBe(204);
  });

  test('is locked out when its token has expired', async () => {
    await using gitlab = await startEmulator({
      settings: { runner_token_expiration_interval_s: 3600 },
    });
    const { token, token_expires_at } = await registered(gitlab);
    const left = Date.parse(token_expires_at ?? '') - Date.now();
    expect(Math.round(left / 60_000)).toBe(60);
    gitlab.advanceClock(3599);
    expect((await requestJob(gitlab, { token })).status).toBe(204);
    gitlab.advanceClock(1);
    expect((await requestJob(gitlab, { token })).status).toBe(403);
    expect((await requestJob(gitlab)).status).toBe(204);
  });

  test('can be deleted by its own token, as a parameter of the query too', async () => {
    await using gitlab = await startEmulator();
    const { token } = await registered(gitlab);
    const path = `/api/v4/runners?token=${token}`;
    const deleted = await send(gitlab, path, { method: 'DELETE' });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await send(gitlab, path, { method: 'DELETE' })).status).toBe(403);
    expect((await requestJob(gitlab, { token })).status).toBe(403);
  });

  test('is not deleted where it has changed since a time', async () => {
    await using gitlab = await startEmulator();
    const { token } = await registered(gitlab);
    const remove = (since: number): Promise<Answer> =>
      send(gitlab, `/api/v4/runners?token=${token}`, {
        method: 'DELETE',
        headers: { 'if-unmodified-since': new Date(since).toUTCString() },
      });
    expect(await remove(Date.now() - 60_000)).toMatchObject({
      status: 412,
      body: { message: '412 Precondition Failed' },
    });
    expect((await remove(Date.now() + 60_000)).status).toBe(204);
  });

  test('loses a manager at a time; without any it has not been heard of', async () => {
    await using gitlab = await startEmulator();
    await requestJob(gitlab, { system_id: 's_a' });
    await requestJob(gitlab, { system_id: 's_b' });
    const remove = (json: Record<string, unknown>): Promise<Answer> =>
      send(gitlab, '/api/v4/runners/managers', {
        method: 'DELETE',
        json: { token: gitlab.runnerToken, ...json },
      });
    expect((await remove({ system_id: 's_a' })).status).toBe(204);
    expect(gitlab.runners[0]?.contacted_at).not.toBeNull();
    expect(await remove({ system_id: 's_a' })).toMatchObject({
      status: 404,
      body: { message: '404 Runner manager not found Not Found' },
    });
    expect((await remove({ system_id: 's_b' })).status).toBe(204);
    expect(gitlab.runners[0]?.contacted_at).toBeNull();
    expect((await remove({})).body).toEqual({ error: 'system_id is missing' });
    expect((await remove({ system_id: 's_b', token: 'x' })).status).toBe(403);
  });

  test('finds no job router', async () => {
    await using gitlab = await startEmulator();
    const discover = (headers: Record<string, string>): Promise<Answer> =>
      send(gitlab, '/api/v4/runners/router/discovery', { headers });
    expect((await discover({})).status).toBe(403);
    expect(await discover({ 'runner-token': gitlab.runnerToken })).toMatchObject({
      status: 501,
      body: { message: 'Job Router is not available. Please contact your administrator.' },
    });
  });
});
