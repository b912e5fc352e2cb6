import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createManagement, isManagementError } from '../src/index.ts';
import { startGitLab } from './support/gitlab.ts';

describe('a runner’s own token', () => {
  test('is verified, and tells which runner it is and which process asks', async () => {
    await using gitlab = await startGitLab();
    const { id, token } = await gitlab.create();
    const client = gitlab.client();
    expect(await client.runnerByToken(token).verify({ systemId: 's_1' })).toEqual({
      id,
      expiresAt: undefined,
    });
    expect(await gitlab.admin.runners.managers(id)).toMatchObject([{ systemId: 's_1' }]);
    await expect(client.runnerByToken('glrt-wrong').verify()).rejects.toMatchObject({
      code: 'GITLAB_FORBIDDEN',
      body: { message: '403 Forbidden' },
    });
  });

  test('is good, too, where an older server says no more than that', async () => {
    await using gitlab = await startGitLab();
    gitlab.emulator.faults.add({ path: 'verify', status: 200, body: 200, times: 1 });
    const verified = await gitlab.client().runnerByToken('t1_x').verify();
    expect(verified).toEqual({ id: undefined, expiresAt: undefined });
    const headers = { 'Content-Type': 'text/html' };
    gitlab.emulator.faults.add({ path: 'verify', status: 200, headers, body: '<html>', times: 1 });
    await expect(gitlab.client().runnerByToken('t1_x').verify()).rejects.toMatchObject({
      code: 'GITLAB_UNEXPECTED',
    });
  });

  test('is replaced by itself, and void from then on', async () => {
    await using gitlab = await startGitLab();
    const { token } = await gitlab.create();
    const client = gitlab.client();
    const renewed = await client.runnerByToken(token).resetToken();
    expect(renewed.token.reveal()).not.toBe(token.reveal());
    await client.runnerByToken(renewed.token).verify();
    await expect(client.runnerByToken(token).resetToken()).rejects.toMatchObject({ status: 403 });
  });

  test('deletes one process, and then the runner', async () => {
    await using gitlab = await startGitLab();
    const { id, token } = await gitlab.create();
    const own = gitlab.client().runnerByToken(token);
    await own.verify({ systemId: 's_1' });
    await own.verify({ systemId: 's_2' });
    await own.deleteManager('s_1');
    expect(await gitlab.admin.runners.managers(id)).toMatchObject([{ systemId: 's_2' }]);
    await expect(own.deleteManager('s_1')).rejects.toMatchObject({ code: 'GITLAB_NOT_FOUND' });
    await own.deleteManager('s_2');
    expect((await gitlab.admin.runners.get(id)).status).toBe('never_contacted');
    await own.delete();
    await expect(gitlab.admin.runners.get(id)).rejects.toMatchObject({ status: 404 });
    await expect(own.delete()).rejects.toMatchObject({ status: 403 });
  });

  test('finds no job router where there is none', async () => {
    await using gitlab = await startGitLab();
    const { token } = await gitlab.create();
    const client = gitlab.client();
    expect(await client.runnerByToken(token).discoverJobRouter()).toBeUndefined();
    gitlab.emulator.faults.add({
      path: 'router',
      status: 200,
      body: { server_url: 'wss://kas.example.com' },
      times: 1,
    });
    expect(await client.runnerByToken(token).discoverJobRouter()).toEqual({
      serverUrl: 'wss://kas.example.com',
    });
    await expect(client.runnerByToken('glrt-wrong').discoverJobRouter()).rejects.toMatchObject({
      code: 'GITLAB_FORBIDDEN',
    });
  });
});

describe('a reset by id', () => {
  test('gives a new token and voids the old one', async () => {
    await using gitlab = await startGitLab();
    const { id, token } = await gitlab.create();
    const renewed = await gitlab.admin.runners.resetToken(id);
    expect(renewed.expiresAt).toBeUndefined();
    await gitlab.client().runnerByToken(renewed.token).verify();
    await expect(gitlab.client().runnerByToken(token).verify()).rejects.toMatchObject({
      status: 403,
    });
    const { gitlab: somebody } = await gitlab.user();
    await expect(somebody.runners.resetToken(id)).rejects.toMatchObject({
      body: { message: '403 Forbidden - No access granted' },
    });
  });
});

describe('a reset of a registration token', () => {
  test('gives the instance, a project and a group new ones', async () => {
    await using gitlab = await startGitLab();
    const groupId = await gitlab.group();
    const project = await gitlab.project();
    const client = gitlab.client();
    const types = [];
    for (const reset of [
      () => gitlab.admin.runners.resetRegistrationToken(),
      () => gitlab.admin.groupRunners(groupId).resetRegistrationToken(),
      () => gitlab.admin.projectRunners(project.path).resetRegistrationToken(),
    ]) {
      const { token } = await reset();
      const { id } = await client.register({ registrationToken: token });
      types.push((await gitlab.admin.runners.get(id)).type);
    }
    expect(types).toEqual(['instance_type', 'group_type', 'project_type']);
    const { registrationToken } = project;
    await expect(client.register({ registrationToken })).rejects.toMatchObject({ status: 403 });
  });

  test('is for administrators, owners of the group and maintainers of the project', async () => {
    await using gitlab = await startGitLab();
    const groupId = await gitlab.group();
    const project = await gitlab.project();
    const person = await gitlab.user();
    await gitlab.join('groups', groupId, person, 40);
    await gitlab.join('projects', project.id, person, 30);
    const refused = { status: 403, body: { message: '403 Forbidden' } };
    const { gitlab: client } = person;
    await expect(client.runners.resetRegistrationToken()).rejects.toMatchObject(refused);
    await expect(client.groupRunners(groupId).resetRegistrationToken()).rejects.toMatchObject(
      refused,
    );
    await expect(client.projectRunners(project.id).resetRegistrationToken()).rejects.toMatchObject(
      refused,
    );
  });
});

describe('tokens', () => {
  test('are never shown: not by what was made, nor by clients and errors', async () => {
    await using gitlab = await startGitLab();
    const made = await gitlab.create();
    const client = gitlab.client({ token: gitlab.emulator.adminToken });
    const own = client.runnerByToken(made.token);
    gitlab.emulator.faults.add({
      path: 'reset_authentication_token',
      status: 201,
      body: { token: made.token.reveal(), token_expires_at: 'soon' },
      times: 1,
    });
    const unexpected: unknown = await own.resetToken().catch((error: unknown) => error);
    expect(isManagementError(unexpected) && unexpected.code).toBe('GITLAB_UNEXPECTED');
    const shown = [made, client, own, unexpected].flatMap((value) => [
      inspect(value, { depth: 10, showHidden: true }),
      JSON.stringify(value),
      String(value),
    ]);
    expect(shown.join('\n')).toContain('[MASKED]');
    for (const secret of [made.token.reveal(), gitlab.emulator.adminToken]) {
      expect(shown.join('\n')).not.toContain(secret);
    }
  });

  test('that cannot be sent are refused at once, without being shown', () => {
    for (const token of ['', 'glpat-secret\n', 'two words']) {
      expect(() => createManagement({ url: 'https://gitlab.example.com', token })).toThrow(
        'The token is empty, or has spaces or line breaks in it.',
      );
    }
  });
});
