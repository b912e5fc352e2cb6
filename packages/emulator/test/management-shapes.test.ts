import { expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../src/index.ts';
import { requestJob, send, type Answer } from './support/wire.ts';

function asAdmin(gitlab: Emulator, path: string, json?: unknown, method = 'GET'): Promise<Answer> {
  const headers = { 'private-token': gitlab.adminToken };
  return send(gitlab, `/api/v4${path}`, {
    method,
    headers,
    ...(json === undefined ? {} : { json }),
  });
}

function keysOf({ body }: Answer): string[] {
  const [first] = [body].flat();
  return Object.keys(first as object).toSorted();
}

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

const runner = {
  id: 1,
  description: 'emulator',
  ip_address: null,
  active: true,
  paused: false,
  is_shared: true,
  runner_type: 'instance_type',
  name: null,
  online: null,
  created_by: expect.objectContaining({ username: 'root' }) as object,
  created_at: instant,
  status: 'never_contacted',
  job_execution_status: 'idle',
};

const details = {
  ...runner,
  tag_list: [],
  run_untagged: true,
  locked: false,
  maximum_timeout: null,
  access_level: 'not_protected',
  version: null,
  revision: null,
  platform: null,
  architecture: null,
  contacted_at: null,
  maintenance_note: null,
  groups: [],
};

test('a runner has in lists what GitLab gives it there', async () => {
  await using gitlab = await startEmulator();
  expect((await asAdmin(gitlab, '/runners/all')).body).toEqual([runner]);
});

test('a runner has in its details what GitLab gives it there, projects only where asked for', async () => {
  await using gitlab = await startEmulator();
  expect((await asAdmin(gitlab, '/runners/1')).body).toEqual({ ...details, projects: [] });
  expect((await asAdmin(gitlab, '/runners/1?include_projects=false')).body).toEqual(details);
  const changed = await asAdmin(gitlab, '/runners/1', { tag_list: 'a, b' }, 'PUT');
  expect(changed.body).toEqual({ ...details, tag_list: ['a', 'b'] });
});

test('a manager has what GitLab gives it', async () => {
  await using gitlab = await startEmulator();
  await requestJob(gitlab, { info: { version: '17.5.0', revision: 'abc' } });
  expect((await asAdmin(gitlab, '/runners/1/managers')).body).toEqual([
    {
      id: 1,
      system_id: 's_test',
      version: '17.5.0',
      revision: 'abc',
      platform: null,
      architecture: null,
      created_at: instant,
      contacted_at: instant,
      ip_address: null,
      status: 'online',
      job_execution_status: 'idle',
    },
  ]);
});

test('a runner’s job has what GitLab gives it, its project by identity', async () => {
  await using gitlab = await startEmulator();
  gitlab.job();
  await requestJob(gitlab);
  const jobs = await asAdmin(gitlab, '/runners/1/jobs');
  expect(keysOf(jobs)).toEqual(
    expect.arrayContaining([
      'allow_failure',
      'commit',
      'coverage',
      'created_at',
      'duration',
      'erased_at',
      'finished_at',
      'id',
      'name',
      'pipeline',
      'project',
      'queued_duration',
      'ref',
      'stage',
      'started_at',
      'status',
      'tag',
      'user',
      'web_url',
    ]),
  );
  expect(keysOf(jobs)).not.toContain('failure_reason');
  expect(jobs.body).toMatchObject([
    {
      project: {
        id: 1,
        description: null,
        name: 'project',
        name_with_namespace: 'root / project',
        path: 'project',
        path_with_namespace: 'root/project',
        created_at: instant,
      },
    },
  ]);
});

test('what is made and reset answers with a token, and registration tokens never say when they expire', async () => {
  await using gitlab = await startEmulator();
  const made = await asAdmin(gitlab, '/user/runners', { runner_type: 'instance_type' }, 'POST');
  expect([made.status, keysOf(made)]).toEqual([201, ['id', 'token', 'token_expires_at']]);
  const reset = await asAdmin(gitlab, '/runners/1/reset_authentication_token', {}, 'POST');
  expect([reset.status, keysOf(reset)]).toEqual([201, ['token', 'token_expires_at']]);
  for (const place of ['/runners', '/projects/1/runners']) {
    const answer = await asAdmin(gitlab, `${place}/reset_registration_token`, {}, 'POST');
    expect([answer.status, keysOf(answer)]).toEqual([201, ['token']]);
  }
});

test('what is deleted is answered without a body', async () => {
  await using gitlab = await startEmulator();
  const { status, text } = await asAdmin(gitlab, '/runners/1', undefined, 'DELETE');
  expect([status, text]).toEqual([204, '']);
});

test('forms, queries and JSON say the same', async () => {
  await using gitlab = await startEmulator();
  const headers = { 'private-token': gitlab.adminToken };
  const form = await send(gitlab, '/api/v4/runners/1', {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'tag_list[]=a&tag_list[]=b&paused=true',
  });
  expect(form.body).toMatchObject({ tag_list: ['a', 'b'], paused: true, active: false });
  const query = '/api/v4/runners/1?active=true&tag_list=c';
  const byQuery = await send(gitlab, query, { method: 'PUT', headers });
  expect(byQuery.body).toMatchObject({ tag_list: ['c'], paused: false, active: true });
});

test('who asks is judged before what is asked', async () => {
  await using gitlab = await startEmulator();
  const nobody = await send(gitlab, '/api/v4/runners/abc');
  expect([nobody.status, nobody.body]).toEqual([401, { message: '401 Unauthorized' }]);
  const wrong = await asAdmin(gitlab, '/runners/abc');
  expect([wrong.status, wrong.body]).toEqual([400, { error: 'id is invalid' }]);
});
