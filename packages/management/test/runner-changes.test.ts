import { describe, expect, test } from 'vitest';
import { startGitLab } from './support/gitlab.ts';

const noAccess = {
  code: 'GITLAB_FORBIDDEN',
  body: { message: '403 Forbidden - No access granted' },
};

describe('runners.update', () => {
  test('changes what is named, and leaves the rest', async () => {
    await using gitlab = await startGitLab();
    const { id } = await gitlab.create({ type: 'instance_type', description: 'hill', tags: ['a'] });
    const changed = await gitlab.admin.runners.update(id, {
      tags: ['b', 'c'],
      runUntagged: false,
      locked: true,
      accessLevel: 'ref_protected',
      maximumTimeoutS: 600,
      maintenanceNote: 'ask ops',
    });
    expect(changed).toMatchObject({
      description: 'hill',
      tags: ['b', 'c'],
      runUntagged: false,
      locked: true,
      accessLevel: 'ref_protected',
      maximumTimeoutS: 600,
      maintenanceNote: 'ask ops',
      projects: undefined,
    });
    expect(await gitlab.admin.runners.get(id)).toMatchObject({ tags: ['b', 'c'], locked: true });
  });

  test('takes away what is null', async () => {
    await using gitlab = await startGitLab();
    const { id } = await gitlab.create({
      type: 'instance_type',
      description: 'hill',
      maximumTimeoutS: 600,
      maintenanceNote: 'ask ops',
      tags: ['a'],
    });
    const changed = await gitlab.admin.runners.update(id, {
      description: null,
      maximumTimeoutS: null,
      maintenanceNote: null,
      tags: [],
    });
    expect(changed).toMatchObject({
      description: undefined,
      maximumTimeoutS: undefined,
      maintenanceNote: undefined,
      tags: [],
    });
  });

  test('still takes `active`, and not beside `paused`', async () => {
    await using gitlab = await startGitLab();
    const { id } = await gitlab.create();
    expect((await gitlab.admin.runners.update(id, { active: false })).paused).toBe(true);
    const both = gitlab.admin.runners.update(id, { active: true, paused: false });
    await expect(both).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    const response = await fetch(`${gitlab.emulator.url}/api/v4/runners/${id}`, {
      method: 'PUT',
      headers: { 'private-token': gitlab.emulator.adminToken },
      body: new URLSearchParams({ active: 'true', paused: 'false' }),
    });
    expect(await response.json()).toEqual({ error: 'active, paused are mutually exclusive' });
  });

  test('is refused with nothing to change, and with values that a runner cannot have', async () => {
    await using gitlab = await startGitLab();
    const { id } = await gitlab.create();
    const { runners } = gitlab.admin;
    await expect(runners.update(id, {})).rejects.toMatchObject({
      code: 'GITLAB_INVALID',
      message: expect.stringContaining('at least one parameter must be provided') as string,
    });
    await expect(runners.update(id, { runUntagged: false })).rejects.toMatchObject({
      body: {
        message: {
          tags_list: ['can not be empty when runner is not allowed to pick untagged jobs'],
        },
      },
      message: expect.stringContaining('tags_list can not be empty') as string,
    });
    await expect(runners.update(id, { maximumTimeoutS: 599 })).rejects.toMatchObject({
      body: { message: { maximum_timeout: ['needs to be at least 10 minutes'] } },
    });
    expect((await runners.get(id)).runUntagged).toBe(true);
  });

  test('is for maintainers of a project runner, and for owners of a group runner', async () => {
    await using gitlab = await startGitLab();
    const project = await gitlab.project();
    const group = await gitlab.group();
    const maintainer = await gitlab.user();
    const owner = await gitlab.user();
    await gitlab.join('projects', project.id, maintainer, 40);
    await gitlab.join('groups', group, maintainer, 40);
    await gitlab.join('groups', group, owner, 50);
    const ofProject = await gitlab.create({ type: 'project_type', projectId: project.id });
    const ofGroup = await gitlab.create({ type: 'group_type', groupId: group });
    const ofInstance = await gitlab.create();
    expect((await maintainer.gitlab.runners.pause(ofProject.id)).paused).toBe(true);
    await expect(maintainer.gitlab.runners.pause(ofGroup.id)).rejects.toMatchObject(noAccess);
    expect((await owner.gitlab.runners.pause(ofGroup.id)).paused).toBe(true);
    await expect(owner.gitlab.runners.pause(ofProject.id)).rejects.toMatchObject(noAccess);
    await expect(owner.gitlab.runners.pause(ofInstance.id)).rejects.toMatchObject(noAccess);
    await expect(owner.gitlab.runners.pause(9999)).rejects.toMatchObject({ status: 404 });
  });
});

test('a paused runner gets no job until it is resumed', async () => {
  await using gitlab = await startGitLab();
  const runner = await gitlab.create();
  gitlab.emulator.job();
  await gitlab.admin.runners.pause(runner.id);
  expect((await gitlab.takeJob(runner)).id).toBeNaN();
  await gitlab.admin.runners.resume(runner.id);
  expect((await gitlab.takeJob(runner)).id).toBe(1);
});

describe('runners.delete', () => {
  test('deletes a runner, whose token is then void', async () => {
    await using gitlab = await startGitLab();
    const { id, token } = await gitlab.create();
    await gitlab.admin.runners.delete(id);
    await expect(gitlab.admin.runners.get(id)).rejects.toMatchObject({ status: 404 });
    await expect(gitlab.admin.runnerByToken(token).verify()).rejects.toMatchObject({ status: 403 });
    await expect(gitlab.admin.runners.delete(id)).rejects.toMatchObject({
      code: 'GITLAB_NOT_FOUND',
    });
  });

  test('leaves a runner of several projects to administrators', async () => {
    await using gitlab = await startGitLab();
    const owner = await gitlab.project();
    const other = await gitlab.project();
    const maintainer = await gitlab.user();
    await gitlab.join('projects', owner.id, maintainer, 40);
    const { id } = await gitlab.create({ type: 'project_type', projectId: owner.id });
    await gitlab.admin.projectRunners(other.id).enable(id);
    await expect(maintainer.gitlab.runners.delete(id)).rejects.toMatchObject({
      body: { message: '403 Forbidden - Runner associated with more than one project' },
    });
    await gitlab.admin.projectRunners(other.id).disable(id);
    await maintainer.gitlab.runners.delete(id);
    const { gitlab: somebody } = await gitlab.user();
    const instance = await gitlab.create();
    await expect(somebody.runners.delete(instance.id)).rejects.toMatchObject(noAccess);
  });

  test('deletes nothing that has changed since it was looked at', async () => {
    await using gitlab = await startGitLab();
    const { id } = await gitlab.create();
    const lookedAt = new Date();
    gitlab.emulator.advanceClock(60);
    await gitlab.admin.runners.pause(id);
    const stale = gitlab.admin.runners.delete(id, { ifUnmodifiedSince: lookedAt });
    await expect(stale).rejects.toMatchObject({
      code: 'GITLAB_CHANGED',
      status: 412,
      body: { message: '412 Precondition Failed' },
    });
    const fresh = new Date(lookedAt.getTime() + 120_000);
    await gitlab.admin.runners.delete(id, { ifUnmodifiedSince: fresh });
  });
});
