import { describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../src/index.ts';
import { requestJob, send, takeJob } from './support/wire.ts';

interface Made {
  readonly id: number;
  readonly token: string;
  readonly runners_token: string;
}

async function make(gitlab: Emulator, path: string, json: Record<string, unknown>): Promise<Made> {
  const answer = await send(gitlab, `/_emulator/${path}`, { method: 'POST', json });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body as Made;
}

/** A runner by a registration token; gives its own token. */
async function register(gitlab: Emulator, json: Record<string, unknown>): Promise<string> {
  const path = '/api/v4/runners';
  const answer = await send(gitlab, path, {
    method: 'POST',
    json: { token: gitlab.registrationToken, ...json },
  });
  if (answer.status !== 201) throw new Error(answer.text);
  return (answer.body as Made).token;
}

/** The job that a runner gets; undefined where there is none for it. */
async function nextFor(gitlab: Emulator, token: string): Promise<number | undefined> {
  const answer = await requestJob(gitlab, { token });
  return answer.status === 201 ? (answer.body as Made).id : undefined;
}

describe('a runner gets', () => {
  test('the oldest job first', async () => {
    await using gitlab = await startEmulator();
    const jobs = gitlab.jobs({ count: 3 });
    for (const job of jobs) expect((await takeJob(gitlab)).id).toBe(job.id);
  });

  test('a job all of whose tags it has', async () => {
    await using gitlab = await startEmulator();
    const runner = await register(gitlab, { tag_list: ['linux', 'gpu'] });
    gitlab.job({ tags: ['linux', 'arm'] });
    const job = gitlab.job({ tags: ['gpu'] });
    expect(await nextFor(gitlab, runner)).toBe(job.id);
    expect(await nextFor(gitlab, runner)).toBeUndefined();
  });

  test('tagged jobs alone where it runs no untagged ones', async () => {
    await using gitlab = await startEmulator();
    const runner = await register(gitlab, { tag_list: 'a,b', run_untagged: false });
    gitlab.job();
    expect(await nextFor(gitlab, runner)).toBeUndefined();
    const job = gitlab.job({ tags: ['b'] });
    expect(await nextFor(gitlab, runner)).toBe(job.id);
  });

  test('jobs of protected refs alone where it is a protected one', async () => {
    await using gitlab = await startEmulator();
    const runner = await register(gitlab, { access_level: 'ref_protected' });
    gitlab.job({ ref: 'feature' });
    gitlab.job({ protected: false });
    expect(await nextFor(gitlab, runner)).toBeUndefined();
    const job = gitlab.job();
    expect(await nextFor(gitlab, runner)).toBe(job.id);
  });

  test('nothing while it is paused', async () => {
    await using gitlab = await startEmulator();
    const runner = await register(gitlab, { paused: true });
    gitlab.job();
    const answer = await requestJob(gitlab, { token: runner });
    expect(answer.status).toBe(204);
    expect(answer.headers['x-gitlab-last-update']).toMatch(/^[0-9a-f]{32}$/);
  });

  test('jobs though it is locked', async () => {
    await using gitlab = await startEmulator();
    const runner = await register(gitlab, { locked: true });
    const job = gitlab.job();
    expect(await nextFor(gitlab, runner)).toBe(job.id);
  });
});

describe('an instance runner', () => {
  test('takes no job of a project that has no instance runners', async () => {
    await using gitlab = await startEmulator();
    const project = await make(gitlab, 'projects', { path: 'own', shared_runners_enabled: false });
    gitlab.job({ project_id: project.id });
    expect(await nextFor(gitlab, gitlab.runnerToken)).toBeUndefined();
  });

  test('turns to the project with the fewest jobs on instance runners', async () => {
    await using gitlab = await startEmulator();
    const other = await make(gitlab, 'projects', { path: 'other' });
    gitlab.jobs({ count: 3 });
    const [first, second] = gitlab.jobs({ project_id: other.id, count: 2 });
    const order = [];
    for (let n = 0; n < 5; n += 1) order.push(await nextFor(gitlab, gitlab.runnerToken));
    expect(order.indexOf(first?.id)).toBe(1);
    expect(order.indexOf(second?.id)).toBe(3);
  });
});

describe('a group runner', () => {
  test('takes jobs of the group’s projects, also of groups below it, and no others', async () => {
    await using gitlab = await startEmulator();
    const group = await make(gitlab, 'groups', { path: 'g' });
    const below = await make(gitlab, 'groups', { path: 'sub', parent_id: group.id });
    const project = await make(gitlab, 'projects', { path: 'p', group_id: below.id });
    const runner = await register(gitlab, { token: group.runners_token });
    gitlab.job();
    const job = gitlab.job({ project_id: project.id });
    expect(await nextFor(gitlab, runner)).toBe(job.id);
    expect(await nextFor(gitlab, runner)).toBeUndefined();
  });
});

describe('a project runner', () => {
  test('takes its project’s jobs alone', async () => {
    await using gitlab = await startEmulator();
    const project = await make(gitlab, 'projects', { path: 'p', shared_runners_enabled: false });
    const runner = await register(gitlab, { token: project.runners_token });
    gitlab.job();
    const job = gitlab.job({ project_id: project.id });
    expect(await nextFor(gitlab, runner)).toBe(job.id);
    expect(await nextFor(gitlab, runner)).toBeUndefined();
  });
});

test('a job’s timeout is the runner’s where that is shorter', async () => {
  await using gitlab = await startEmulator();
  const runner = await register(gitlab, { maximum_timeout: 900 });
  gitlab.job({ timeout: 600 });
  gitlab.job({ timeout: 1200 });
  const timeouts = [];
  for (let n = 0; n < 2; n += 1) {
    const { payload } = await takeJob(gitlab, { token: runner });
    timeouts.push([payload.runner_info['timeout'], payload.steps?.[0]?.['timeout']]);
  }
  expect(timeouts).toEqual([
    [600, 600],
    [900, 900],
  ]);
});
