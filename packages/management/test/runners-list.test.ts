import { describe, expect, test } from 'vitest';
import { collect, idsOf, startGitLab } from './support/gitlab.ts';

describe('runners.list', () => {
  test('has the runners of projects one maintains and of groups one owns, and no others', async () => {
    await using gitlab = await startGitLab();
    const person = await gitlab.user();
    const owned = await gitlab.group();
    const maintained = await gitlab.group();
    const project = await gitlab.project();
    const developed = await gitlab.project();
    await gitlab.join('groups', owned, person, 50);
    await gitlab.join('groups', maintained, person, 40);
    await gitlab.join('projects', project.id, person, 40);
    await gitlab.join('projects', developed.id, person, 30);
    const [ofGroup, , ofProject] = [
      await gitlab.create({ type: 'group_type', groupId: owned }),
      await gitlab.create({ type: 'group_type', groupId: maintained }),
      await gitlab.create({ type: 'project_type', projectId: project.id }),
      await gitlab.create({ type: 'project_type', projectId: developed.id }),
      await gitlab.create({ type: 'instance_type' }),
    ];
    expect(await idsOf(person.gitlab.runners.list())).toEqual([ofGroup?.id, ofProject?.id]);
  });

  test('has the runners of projects that lie in a group one maintains', async () => {
    await using gitlab = await startGitLab();
    const person = await gitlab.user();
    const group = await gitlab.group();
    const project = await gitlab.project({ group_id: await gitlab.group(group) });
    await gitlab.join('groups', group, person, 40);
    const { id } = await gitlab.create({ type: 'project_type', projectId: project.id });
    expect(await idsOf(person.gitlab.runners.list())).toEqual([id]);
  });

  test('tells of a runner what lists tell, and never its token', async () => {
    await using gitlab = await startGitLab();
    const project = await gitlab.project();
    const person = await gitlab.user();
    await gitlab.join('projects', project.id, person, 40);
    const made = await person.gitlab.runners.create({
      type: 'project_type',
      projectId: project.id,
      description: 'hill',
    });
    const [runner] = await collect(person.gitlab.runners.list());
    expect(runner).toEqual({
      id: made.id,
      type: 'project_type',
      description: 'hill',
      name: undefined,
      status: 'never_contacted',
      paused: false,
      online: undefined,
      ipAddress: undefined,
      createdBy: { id: person.id, username: 'user-2', name: 'user-2' },
      createdAt: expect.any(Date) as Date,
      jobExecutionStatus: 'idle',
    });
  });

  test('is refused without a token, and with one whose scopes are too few', async () => {
    await using gitlab = await startGitLab();
    await expect(collect(gitlab.client().runners.list())).rejects.toMatchObject({
      code: 'GITLAB_UNAUTHORIZED',
      status: 401,
      body: { message: '401 Unauthorized' },
    });
    const { gitlab: creator } = await gitlab.user({ scopes: ['create_runner'] });
    await expect(collect(creator.runners.list())).rejects.toMatchObject({
      code: 'GITLAB_FORBIDDEN',
      body: { error: 'insufficient_scope' },
      message: expect.stringContaining('one of these scopes is needed: api read_api') as string,
    });
    const { gitlab: reader } = await gitlab.user({ scopes: ['read_api'] });
    expect(await collect(reader.runners.list())).toEqual([]);
  });

  test('takes of the older scopes only those that are a status', async () => {
    await using gitlab = await startGitLab();
    const person = await gitlab.user();
    const project = await gitlab.project();
    await gitlab.join('projects', project.id, person, 40);
    const make = { type: 'project_type', projectId: project.id } as const;
    await gitlab.create(make);
    const paused = await gitlab.create({ ...make, paused: true });
    expect(await idsOf(person.gitlab.runners.list({ scope: 'paused' }))).toEqual([paused.id]);
    await expect(collect(person.gitlab.runners.list({ scope: 'shared' }))).rejects.toMatchObject({
      code: 'GITLAB_INVALID',
      body: { message: 'Scope contains invalid value' },
    });
  });
});

describe('runners.listAll', () => {
  test('is for administrators', async () => {
    await using gitlab = await startGitLab();
    const { id } = await gitlab.create();
    expect(await idsOf(gitlab.admin.runners.listAll())).toContain(id);
    const { gitlab: somebody } = await gitlab.user();
    await expect(collect(somebody.runners.listAll())).rejects.toMatchObject({
      code: 'GITLAB_FORBIDDEN',
      status: 403,
      body: { message: '403 Forbidden' },
    });
  });

  test('takes a token that is sent as OAuth', async () => {
    await using gitlab = await startGitLab();
    const client = gitlab.client({ token: gitlab.emulator.adminToken, tokenType: 'oauth' });
    expect(await idsOf(client.runners.listAll())).toHaveLength(1);
  });
});

describe('the runners of a project', () => {
  test('are its own, those of the groups above it and the instance’s', async () => {
    await using gitlab = await startGitLab();
    const top = await gitlab.group();
    const inner = await gitlab.group(top);
    const project = await gitlab.project({ group_id: inner });
    const other = await gitlab.project();
    const expected = [
      ...(await idsOf(gitlab.admin.runners.listAll())),
      (await gitlab.create({ type: 'group_type', groupId: top })).id,
      (await gitlab.create({ type: 'project_type', projectId: project.id })).id,
    ];
    await gitlab.create({ type: 'project_type', projectId: other.id });
    await gitlab.create({ type: 'group_type', groupId: await gitlab.group() });
    expect(await idsOf(gitlab.admin.projectRunners(project.id).list())).toEqual(expected);
    expect(await idsOf(gitlab.admin.projectRunners(project.path).list())).toEqual(expected);
    const shared = gitlab.admin.projectRunners(project.id).list({ scope: 'shared' });
    expect(await collect(shared)).toMatchObject([{ type: 'instance_type' }]);
  });

  test('leave out the instance’s where those are switched off', async () => {
    await using gitlab = await startGitLab();
    const project = await gitlab.project({ shared_runners_enabled: false });
    expect(await collect(gitlab.admin.projectRunners(project.id).list())).toEqual([]);
  });

  test('are for maintainers; a project that one may not see does not exist', async () => {
    await using gitlab = await startGitLab();
    const project = await gitlab.project();
    const developer = await gitlab.user();
    await gitlab.join('projects', project.id, developer, 30);
    const listed = collect(developer.gitlab.projectRunners(project.id).list());
    await expect(listed).rejects.toMatchObject({ code: 'GITLAB_FORBIDDEN', status: 403 });
    const { gitlab: stranger } = await gitlab.user();
    const sought = collect(stranger.projectRunners(project.path).list());
    await expect(sought).rejects.toMatchObject({
      code: 'GITLAB_NOT_FOUND',
      body: { message: '404 Project Not Found' },
    });
  });
});

describe('the runners of a group', () => {
  test('are its own, its ancestors’ and the instance’s', async () => {
    await using gitlab = await startGitLab();
    const top = await gitlab.group();
    const inner = await gitlab.group(top);
    const above = await gitlab.create({ type: 'group_type', groupId: top });
    const own = await gitlab.create({ type: 'group_type', groupId: inner });
    const ofType = { type: 'group_type' } as const;
    expect(await idsOf(gitlab.admin.groupRunners(inner).list(ofType))).toEqual([above.id, own.id]);
    expect(await idsOf(gitlab.admin.groupRunners(top).list(ofType))).toEqual([above.id]);
    expect(await idsOf(gitlab.admin.groupRunners('group-1').list())).toHaveLength(2);
  });

  test('are for maintainers of the group', async () => {
    await using gitlab = await startGitLab();
    const group = await gitlab.group();
    const maintainer = await gitlab.user();
    const developer = await gitlab.user();
    await gitlab.join('groups', group, maintainer, 40);
    await gitlab.join('groups', group, developer, 30);
    expect(await collect(maintainer.gitlab.groupRunners(group).list())).toHaveLength(1);
    await expect(collect(developer.gitlab.groupRunners(group).list())).rejects.toMatchObject({
      code: 'GITLAB_FORBIDDEN',
    });
    const { gitlab: stranger } = await gitlab.user();
    await expect(collect(stranger.groupRunners(group).list())).rejects.toMatchObject({
      body: { message: '404 Group Not Found' },
    });
  });
});
