import { describe, expect, test } from 'vitest';
import { collect, idsOf, startGitLab } from './support/gitlab.ts';

describe('runners.jobs', () => {
  test('has what the runner works on and has worked on, the newest first', async () => {
    await using gitlab = await startGitLab();
    const runner = await gitlab.create();
    gitlab.emulator.job({ name: 'build', stage: 'build', ref: 'main' });
    await gitlab.finishJob(await gitlab.takeJob(runner), 'failed');
    gitlab.emulator.job({ name: 'test' });
    await gitlab.takeJob(runner);
    gitlab.emulator.job({ name: 'waits' });
    const jobs = await collect(gitlab.admin.runners.jobs(runner.id));
    expect(jobs).toMatchObject([
      { id: 2, name: 'test', status: 'running', failureReason: undefined, finishedAt: undefined },
      {
        id: 1,
        name: 'build',
        stage: 'build',
        ref: 'main',
        isTag: false,
        status: 'failed',
        failureReason: 'unknown_failure',
        durationS: expect.any(Number) as number,
        user: { username: 'root' },
        project: { id: 1, fullPath: 'root/project' },
        pipeline: { id: 1 },
        commit: { title: 'Initial commit' },
      },
    ]);
  });

  test('is narrowed by status and by process, and sorted either way', async () => {
    await using gitlab = await startGitLab();
    const runner = await gitlab.create();
    gitlab.emulator.jobs({ count: 3 });
    await gitlab.finishJob(await gitlab.takeJob(runner, { system_id: 's_1' }), 'success');
    await gitlab.finishJob(await gitlab.takeJob(runner, { system_id: 's_2' }), 'failed');
    await gitlab.takeJob(runner, { system_id: 's_2' });
    const { runners } = gitlab.admin;
    expect(await idsOf(runners.jobs(runner.id, { status: 'failed' }))).toEqual([2]);
    expect(await idsOf(runners.jobs(runner.id, { systemId: 's_2' }))).toEqual([3, 2]);
    expect(await idsOf(runners.jobs(runner.id, { sort: 'asc' }))).toEqual([1, 2, 3]);
    const uncounted = runners.jobs(runner.id, { systemId: 's_2', pagination: 'offset' });
    const [page] = await collect(uncounted.pages());
    expect(page).toMatchObject({ number: 1, total: undefined, totalPages: undefined });
  });

  test('leaves out jobs of projects where one is no reporter', async () => {
    await using gitlab = await startGitLab();
    const owner = await gitlab.project({ shared_runners_enabled: false });
    const hidden = await gitlab.project({ shared_runners_enabled: false });
    const maintainer = await gitlab.user();
    await gitlab.join('projects', owner.id, maintainer, 40);
    const runner = await gitlab.create({ type: 'project_type', projectId: owner.id });
    await gitlab.admin.projectRunners(hidden.id).enable(runner.id);
    gitlab.emulator.job({ project_id: owner.id });
    gitlab.emulator.job({ project_id: hidden.id });
    await gitlab.takeJob(runner);
    await gitlab.takeJob(runner);
    expect(await idsOf(maintainer.gitlab.runners.jobs(runner.id))).toEqual([1]);
    expect(await idsOf(gitlab.admin.runners.jobs(runner.id))).toEqual([2, 1]);
  });

  test('is for those who administer the runner; instance runners’ jobs for administrators', async () => {
    await using gitlab = await startGitLab();
    const { id } = await gitlab.create();
    const { gitlab: somebody } = await gitlab.user();
    await expect(collect(somebody.runners.jobs(id))).rejects.toMatchObject({
      body: { message: '403 Forbidden - No access granted' },
    });
    await expect(collect(gitlab.admin.runners.jobs(9999))).rejects.toMatchObject({ status: 404 });
    const unknown = { status: 'lost' } as unknown as { status: 'failed' };
    await expect(collect(gitlab.admin.runners.jobs(id, unknown))).rejects.toMatchObject({
      body: { error: 'status does not have a valid value' },
    });
  });
});

describe('currentJob', () => {
  test('is the running job of a job’s token', async () => {
    await using gitlab = await startGitLab();
    gitlab.emulator.job({ name: 'build' });
    const job = await gitlab.takeJob(await gitlab.create());
    const client = gitlab.client();
    expect(await client.currentJob(job.token)).toMatchObject({
      id: job.id,
      name: 'build',
      status: 'running',
      project: undefined,
    });
    await gitlab.finishJob(job, 'success');
    await expect(client.currentJob(job.token)).rejects.toMatchObject({
      code: 'GITLAB_UNAUTHORIZED',
    });
  });
});
