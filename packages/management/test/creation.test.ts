import { describe, expect, test } from 'vitest';
import type { NewRunner } from '../src/index.ts';
import { startGitLab } from './support/gitlab.ts';

const insufficient = {
  code: 'GITLAB_FORBIDDEN',
  body: { message: '403 Forbidden - Insufficient permissions' },
};

describe('runners.create', () => {
  test('makes a runner with a token of its kind', async () => {
    await using gitlab = await startGitLab();
    const groupId = await gitlab.group();
    const { id: projectId } = await gitlab.project();
    const kinds: NewRunner[] = [
      { type: 'instance_type' },
      { type: 'group_type', groupId },
      { type: 'project_type', projectId },
    ];
    const tokens = [];
    for (const kind of kinds) {
      const { id, token, expiresAt } = await gitlab.create(kind);
      tokens.push(token.reveal().slice(0, 8));
      expect(expiresAt).toBeUndefined();
      expect((await gitlab.admin.runners.get(id)).type).toBe(kind.type);
    }
    expect(tokens).toEqual(['glrt-t1_', 'glrt-t2_', 'glrt-t3_']);
  });

  test('says when the token expires, where tokens do', async () => {
    await using gitlab = await startGitLab();
    gitlab.emulator.settings({ runner_token_expiration_interval_s: 3600 });
    const { expiresAt, token } = await gitlab.create();
    expect(expiresAt?.getTime()).toBeGreaterThan(Date.now());
    gitlab.emulator.advanceClock(3601);
    await expect(gitlab.admin.runnerByToken(token).verify()).rejects.toMatchObject({ status: 403 });
  });

  test('is for administrators, owners of the group and maintainers of the project', async () => {
    await using gitlab = await startGitLab();
    const groupId = await gitlab.group();
    const { id: projectId } = await gitlab.project();
    const person = await gitlab.user({ scopes: ['create_runner'] });
    const { runners } = person.gitlab;
    await gitlab.join('groups', groupId, person, 40);
    await gitlab.join('projects', projectId, person, 30);
    await expect(runners.create({ type: 'instance_type' })).rejects.toMatchObject(insufficient);
    const inGroup = { type: 'group_type', groupId } as const;
    await expect(runners.create(inGroup)).rejects.toMatchObject(insufficient);
    const inProject = { type: 'project_type', projectId } as const;
    await expect(runners.create(inProject)).rejects.toMatchObject(insufficient);
    await gitlab.join('groups', groupId, person, 50);
    await gitlab.join('projects', projectId, person, 40);
    expect((await runners.create(inGroup)).id).toBeGreaterThan(0);
    expect((await runners.create(inProject)).id).toBeGreaterThan(0);
  });

  test('is refused where the place does not exist, and with values that a runner cannot have', async () => {
    await using gitlab = await startGitLab();
    const { runners } = gitlab.admin;
    await expect(runners.create({ type: 'group_type', groupId: 999 })).rejects.toMatchObject({
      code: 'GITLAB_INVALID',
      body: { message: '400 Bad request - Missing/invalid group' },
    });
    const impossible = { type: 'instance_type', runUntagged: false, maximumTimeoutS: 1 } as const;
    await expect(runners.create(impossible)).rejects.toMatchObject({
      body: {
        message:
          '400 Bad request - Maximum timeout needs to be at least 10 minutes and ' +
          'Tags list can not be empty when runner is not allowed to pick untagged jobs',
      },
    });
    const nameless = {} as unknown as NewRunner;
    await expect(runners.create(nameless)).rejects.toMatchObject({
      body: { error: 'runner_type is missing, runner_type does not have a valid value' },
    });
    const placeless = { type: 'project_type' } as unknown as NewRunner;
    await expect(runners.create(placeless)).rejects.toMatchObject({
      body: { error: 'project_id is missing' },
    });
  });

  test('is refused beyond the runners that a project may have', async () => {
    await using gitlab = await startGitLab();
    gitlab.emulator.settings({ runner_limit: 1 });
    const { id: projectId } = await gitlab.project();
    await gitlab.create({ type: 'project_type', projectId });
    await expect(gitlab.create({ type: 'project_type', projectId })).rejects.toMatchObject({
      message: expect.stringContaining(
        'Maximum number of ci registered project runners (1)',
      ) as string,
    });
  });
});

describe('register', () => {
  test('makes a runner where the registration token belongs, with nobody’s token', async () => {
    await using gitlab = await startGitLab();
    const project = await gitlab.project();
    const { id, token } = await gitlab.client().register({
      registrationToken: project.registrationToken,
      description: 'hill',
      tags: ['a', 'b'],
      runUntagged: false,
      info: { name: 'fell' },
    });
    expect(token.reveal()).toMatch(/^t3_/);
    expect(await gitlab.admin.runners.get(id)).toMatchObject({
      type: 'project_type',
      description: 'hill',
      name: 'fell',
      tags: ['a', 'b'],
      projects: [{ id: project.id }],
    });
  });

  test('is refused with a wrong token, and where it is switched off', async () => {
    await using gitlab = await startGitLab();
    const client = gitlab.client();
    await expect(client.register({ registrationToken: 'GR1348941wrong' })).rejects.toMatchObject({
      code: 'GITLAB_FORBIDDEN',
      body: { message: '403 Forbidden - invalid token supplied' },
    });
    gitlab.emulator.settings({ allow_runner_registration_token: false });
    const { registrationToken } = gitlab.emulator;
    await expect(client.register({ registrationToken })).rejects.toMatchObject({
      code: 'GITLAB_GONE',
      status: 410,
      message: expect.stringContaining('create the runner in GitLab instead') as string,
    });
  });
});
