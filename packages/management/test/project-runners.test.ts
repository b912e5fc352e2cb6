import { describe, expect, test } from 'vitest';
import { idsOf, startGitLab, type TestGitLab } from './support/gitlab.ts';

async function twoProjects(gitlab: TestGitLab) {
  const owner = await gitlab.project();
  const other = await gitlab.project();
  const maintainer = await gitlab.user();
  await gitlab.join('projects', owner.id, maintainer, 40);
  await gitlab.join('projects', other.id, maintainer, 40);
  const runner = await gitlab.create({ type: 'project_type', projectId: owner.id });
  return { owner, other, maintainer, runner };
}

describe('projectRunners.enable', () => {
  test('lets a project’s runner take another one’s jobs', async () => {
    await using gitlab = await startGitLab();
    const { other, maintainer, runner } = await twoProjects(gitlab);
    const enabled = await maintainer.gitlab.projectRunners(other.path).enable(runner.id);
    expect(enabled).toMatchObject({ id: runner.id, type: 'project_type' });
    const own = maintainer.gitlab.projectRunners(other.id).list({ type: 'project_type' });
    expect(await idsOf(own)).toEqual([runner.id]);
    gitlab.emulator.job({ project_id: other.id });
    expect((await gitlab.takeJob(runner)).id).toBe(1);
  });

  test('is refused for a group runner, and for a locked one unless an administrator does it', async () => {
    await using gitlab = await startGitLab();
    const { other, maintainer, runner } = await twoProjects(gitlab);
    const group = await gitlab.create({ type: 'group_type', groupId: await gitlab.group() });
    const runners = maintainer.gitlab.projectRunners(other.id);
    await expect(runners.enable(group.id)).rejects.toMatchObject({
      body: { message: '403 Forbidden - Runner is a group runner' },
    });
    await gitlab.admin.runners.update(runner.id, { locked: true });
    await expect(runners.enable(runner.id)).rejects.toMatchObject({
      body: { message: '403 Forbidden - Runner is locked' },
    });
    await gitlab.admin.projectRunners(other.id).enable(runner.id);
  });

  test('is for those who maintain both the project and the runner’s', async () => {
    await using gitlab = await startGitLab();
    const { other, runner } = await twoProjects(gitlab);
    const halfway = await gitlab.user();
    await gitlab.join('projects', other.id, halfway, 40);
    const developer = await gitlab.user();
    await gitlab.join('projects', other.id, developer, 30);
    const enabled = halfway.gitlab.projectRunners(other.id).enable(runner.id);
    await expect(enabled).rejects.toMatchObject({
      body: { message: '403 Forbidden - No access granted' },
    });
    const attempt = developer.gitlab.projectRunners(other.id).enable(runner.id);
    await expect(attempt).rejects.toMatchObject({ body: { message: '403 Forbidden' } });
    const missing = halfway.gitlab.projectRunners(other.id).enable(9999);
    await expect(missing).rejects.toMatchObject({ body: { message: '404 Runner Not Found' } });
  });

  test('is refused a second time', async () => {
    await using gitlab = await startGitLab();
    const { other, maintainer, runner } = await twoProjects(gitlab);
    const runners = maintainer.gitlab.projectRunners(other.id);
    await runners.enable(runner.id);
    await expect(runners.enable(runner.id)).rejects.toMatchObject({
      code: 'GITLAB_INVALID',
      message: expect.stringContaining('has already been taken') as string,
    });
  });
});

test('projectRunners.enable is refused beyond the runners that a project may have', async () => {
  await using gitlab = await startGitLab();
  const { other, maintainer, runner } = await twoProjects(gitlab);
  await gitlab.create({ type: 'project_type', projectId: other.id });
  gitlab.emulator.settings({ runner_limit: 1 });
  const enabled = maintainer.gitlab.projectRunners(other.id).enable(runner.id);
  await expect(enabled).rejects.toMatchObject({
    code: 'GITLAB_INVALID',
    message: expect.stringContaining(
      'Maximum number of ci registered project runners (1)',
    ) as string,
  });
});

test('projectRunners.enable cannot make a project runner of an instance runner', async () => {
  await using gitlab = await startGitLab();
  const { other, maintainer } = await twoProjects(gitlab);
  const { id } = await gitlab.create();
  await expect(maintainer.gitlab.projectRunners(other.id).enable(id)).rejects.toMatchObject({
    body: { message: '403 Forbidden - No access granted' },
  });
  await expect(gitlab.admin.projectRunners(other.id).enable(id)).rejects.toMatchObject({
    code: 'GITLAB_UNAVAILABLE',
    status: 500,
  });
});

describe('projectRunners.disable', () => {
  test('takes a runner from a project that does not own it', async () => {
    await using gitlab = await startGitLab();
    const { owner, other, maintainer, runner } = await twoProjects(gitlab);
    const runners = maintainer.gitlab.projectRunners(other.id);
    await runners.enable(runner.id);
    await runners.disable(runner.id);
    expect(await idsOf(runners.list({ type: 'project_type' }))).toEqual([]);
    await expect(runners.disable(runner.id)).rejects.toMatchObject({
      body: { message: '404 Runner Not Found' },
    });
    const own = maintainer.gitlab.projectRunners(owner.id).list({ type: 'project_type' });
    expect(await idsOf(own)).toEqual([runner.id]);
  });

  test('is refused for the project that owns the runner, in words that depend on who asks', async () => {
    await using gitlab = await startGitLab();
    const { owner, maintainer, runner } = await twoProjects(gitlab);
    await expect(
      maintainer.gitlab.projectRunners(owner.id).disable(runner.id),
    ).rejects.toMatchObject({ body: { message: '403 Forbidden - No access granted' } });
    await expect(gitlab.admin.projectRunners(owner.id).disable(runner.id)).rejects.toMatchObject({
      body: {
        message:
          '403 Forbidden - You cannot unassign a runner from the owner project. Delete the runner instead',
      },
    });
    await gitlab.admin.runners.update(runner.id, { locked: true });
    await expect(
      maintainer.gitlab.projectRunners(owner.id).disable(runner.id),
    ).rejects.toMatchObject({ body: { message: '403 Forbidden - Runner is locked' } });
  });
});
