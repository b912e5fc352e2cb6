import { describe, expect, test } from 'vitest';
import { collect, startGitLab } from './support/gitlab.ts';

const WEEK_S = 7 * 24 * 3600;
const noAccess = {
  code: 'GITLAB_FORBIDDEN',
  body: { message: '403 Forbidden - No access granted' },
};

describe('runners.get', () => {
  test('tells all of a runner, with what its latest process says of itself', async () => {
    await using gitlab = await startGitLab();
    const project = await gitlab.project();
    const runner = await gitlab.create({
      type: 'project_type',
      projectId: project.id,
      description: 'hill',
      tags: ['a', 'b'],
      locked: true,
      runUntagged: false,
      accessLevel: 'ref_protected',
      maximumTimeoutS: 3600,
      maintenanceNote: 'ask ops',
    });
    const own = gitlab.admin.runnerByToken(runner.token);
    await own.verify({ systemId: 's_old', info: { version: '17.0.0', platform: 'linux' } });
    gitlab.emulator.advanceClock(60);
    await own.verify({
      systemId: 's_new',
      info: { version: '17.5.0', revision: 'abc', platform: 'darwin', architecture: 'arm64' },
    });
    expect(await gitlab.admin.runners.get(runner.id)).toMatchObject({
      id: runner.id,
      type: 'project_type',
      description: 'hill',
      status: 'online',
      online: true,
      tags: ['a', 'b'],
      locked: true,
      runUntagged: false,
      accessLevel: 'ref_protected',
      maximumTimeoutS: 3600,
      maintenanceNote: 'ask ops',
      version: '17.5.0',
      revision: 'abc',
      platform: 'darwin',
      architecture: 'arm64',
      contactedAt: expect.any(Date) as Date,
      createdBy: { username: 'root' },
      projects: [{ id: project.id, fullPath: project.path }],
      groups: [],
    });
  });

  test('leaves out the projects where they are not asked for', async () => {
    await using gitlab = await startGitLab();
    const { id } = await gitlab.create();
    const details = await gitlab.admin.runners.get(id, { includeProjects: false });
    expect(details.projects).toBeUndefined();
  });

  test('goes through the states of a runner that nobody runs', async () => {
    await using gitlab = await startGitLab();
    const { id, token } = await gitlab.create();
    const status = async (): Promise<string> => (await gitlab.admin.runners.get(id)).status;
    expect(await status()).toBe('never_contacted');
    await gitlab.admin.runnerByToken(token).verify();
    expect(await status()).toBe('online');
    await gitlab.admin.runners.pause(id);
    expect(await status()).toBe('paused');
    await gitlab.admin.runners.resume(id);
    gitlab.emulator.advanceClock(2 * 3600);
    expect(await status()).toBe('offline');
    expect((await gitlab.admin.runners.get(id)).online).toBe(false);
    gitlab.emulator.advanceClock(WEEK_S);
    expect(await status()).toBe('stale');
    await gitlab.admin.runners.pause(id);
    expect(await status()).toBe('stale');
  });

  test('shows an instance runner to everybody, without its note', async () => {
    await using gitlab = await startGitLab();
    const { id } = await gitlab.create({ type: 'instance_type', maintenanceNote: 'ask ops' });
    const { gitlab: somebody } = await gitlab.user();
    expect((await somebody.runners.get(id)).maintenanceNote).toBeUndefined();
    expect((await gitlab.admin.runners.get(id)).maintenanceNote).toBe('ask ops');
  });

  test('shows a project runner to the maintainers of its projects, and of these only what they see', async () => {
    await using gitlab = await startGitLab();
    const owner = await gitlab.project();
    const other = await gitlab.project();
    const maintainer = await gitlab.user();
    const developer = await gitlab.user();
    await gitlab.join('projects', other.id, maintainer, 40);
    await gitlab.join('projects', other.id, developer, 30);
    const { id } = await gitlab.create({ type: 'project_type', projectId: owner.id });
    await expect(maintainer.gitlab.runners.get(id)).rejects.toMatchObject(noAccess);
    await gitlab.admin.projectRunners(other.id).enable(id);
    const { projects } = await maintainer.gitlab.runners.get(id);
    expect(projects?.map((project) => project.id)).toEqual([other.id]);
    await expect(developer.gitlab.runners.get(id)).rejects.toMatchObject(noAccess);
  });

  test('shows a group runner to maintainers, and its note to owners', async () => {
    await using gitlab = await startGitLab();
    const group = await gitlab.group();
    const below = await gitlab.project({ group_id: group });
    const people = { owner: 50, maintainer: 40, developer: 30 };
    const [owner, maintainer, developer] = await Promise.all(
      Object.values(people).map(async (level) => {
        const person = await gitlab.user();
        await gitlab.join('groups', group, person, level);
        return person.gitlab;
      }),
    );
    const { id } = await gitlab.create({
      type: 'group_type',
      groupId: group,
      maintenanceNote: 'ask ops',
    });
    expect(await owner?.runners.get(id)).toMatchObject({
      maintenanceNote: 'ask ops',
      groups: [{ id: group }],
    });
    expect((await maintainer?.runners.get(id))?.maintenanceNote).toBeUndefined();
    await expect(developer?.runners.get(id)).rejects.toMatchObject(noAccess);
    const projectMaintainer = await gitlab.user();
    await gitlab.join('projects', below.id, projectMaintainer, 40);
    expect((await projectMaintainer.gitlab.runners.get(id)).id).toBe(id);
  });

  test('says that there is no such runner', async () => {
    await using gitlab = await startGitLab();
    await expect(gitlab.admin.runners.get(9999)).rejects.toMatchObject({
      code: 'GITLAB_NOT_FOUND',
      status: 404,
      body: { message: '404 Runner Not Found' },
      message: `GET runners/9999 at ${gitlab.emulator.url}: 404 Runner Not Found.`,
    });
    await expect(gitlab.admin.runners.get(Number.NaN)).rejects.toMatchObject({
      code: 'GITLAB_INVALID',
      body: { error: 'id is invalid' },
    });
  });

  test('takes a token that may only manage runners, where a runner is named', async () => {
    await using gitlab = await startGitLab();
    const manager = await gitlab.user({ admin: true, scopes: ['manage_runner'] });
    const { id } = await gitlab.create();
    expect((await manager.gitlab.runners.pause(id)).paused).toBe(true);
    expect(await manager.gitlab.runners.managers(id)).toEqual([]);
    await expect(collect(manager.gitlab.runners.listAll())).rejects.toMatchObject({
      body: { error: 'insufficient_scope' },
    });
    const reader = await gitlab.user({ admin: true, scopes: ['read_api'] });
    expect((await reader.gitlab.runners.get(id)).paused).toBe(true);
    await expect(reader.gitlab.runners.resume(id)).rejects.toMatchObject({
      body: { error: 'insufficient_scope' },
    });
  });
});

describe('runners.managers', () => {
  test('has every process of the runner, and which of them works', async () => {
    await using gitlab = await startGitLab();
    const runner = await gitlab.create();
    gitlab.emulator.job();
    await gitlab.takeJob(runner, { system_id: 's_1', info: { version: '17.5.0' } });
    await gitlab.takeJob(runner, { system_id: 's_2' });
    gitlab.emulator.advanceClock(2 * 3600);
    await gitlab.takeJob(runner, { system_id: 's_2' });
    expect(await gitlab.admin.runners.managers(runner.id)).toMatchObject([
      { systemId: 's_1', version: '17.5.0', status: 'offline', jobExecutionStatus: 'active' },
      { systemId: 's_2', version: undefined, status: 'online', jobExecutionStatus: 'idle' },
    ]);
    expect((await gitlab.admin.runners.get(runner.id)).jobExecutionStatus).toBe('active');
  });

  test('are for those who may see the runner', async () => {
    await using gitlab = await startGitLab();
    const { id } = await gitlab.create({ type: 'group_type', groupId: await gitlab.group() });
    const { gitlab: somebody } = await gitlab.user();
    await expect(somebody.runners.managers(id)).rejects.toMatchObject(noAccess);
    await expect(collect(somebody.runners.projects(id))).rejects.toMatchObject(noAccess);
    await expect(somebody.runners.managers(9999)).rejects.toMatchObject({
      code: 'GITLAB_NOT_FOUND',
    });
  });
});

test('runners.projects has a runner’s projects by pages, without those that were deleted', async () => {
  await using gitlab = await startGitLab();
  const projects = [await gitlab.project(), await gitlab.project(), await gitlab.project()];
  const [owner, second, third] = projects.map(({ id }) => id);
  const { id } = await gitlab.create({ type: 'project_type', projectId: owner ?? 0 });
  await gitlab.admin.projectRunners(second ?? 0).enable(id);
  await gitlab.admin.projectRunners(third ?? 0).enable(id);
  await gitlab.control('DELETE', `/projects/${second}`, {});
  const pages = await collect(gitlab.admin.runners.projects(id, { perPage: 1 }).pages());
  expect(pages.map(({ items }) => items[0]?.id)).toEqual([owner, third]);
});
