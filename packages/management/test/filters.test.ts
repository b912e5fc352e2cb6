import { describe, expect, test } from 'vitest';
import type { RunnerFilter } from '../src/index.ts';
import { collect, idsOf, startGitLab, type TestGitLab } from './support/gitlab.ts';

const WEEK_S = 7 * 24 * 3600;

async function found(gitlab: TestGitLab, filter: RunnerFilter): Promise<number[]> {
  const [standing] = gitlab.emulator.runners;
  const ids = await idsOf(gitlab.admin.runners.listAll(filter));
  return ids.filter((id) => id !== standing?.id);
}

describe('a list of runners', () => {
  test('is narrowed by type, by pause and by tags, all of which must be there', async () => {
    await using gitlab = await startGitLab();
    const project = await gitlab.project();
    const linux = await gitlab.create({ type: 'instance_type', tags: ['linux', 'arm64'] });
    const mac = await gitlab.create({
      type: 'instance_type',
      tags: ['mac', 'arm64'],
      paused: true,
    });
    const own = await gitlab.create({ type: 'project_type', projectId: project.id });
    expect(await found(gitlab, { type: 'project_type' })).toEqual([own.id]);
    expect(await found(gitlab, { paused: true })).toEqual([mac.id]);
    expect(await found(gitlab, { paused: false })).toEqual([linux.id, own.id]);
    expect(await found(gitlab, { tags: ['arm64'] })).toEqual([linux.id, mac.id]);
    expect(await found(gitlab, { tags: ['arm64', 'mac'] })).toEqual([mac.id]);
    expect(await found(gitlab, { tags: ['arm64'], paused: false })).toEqual([linux.id]);
  });

  test('is narrowed by status, which comes with time', async () => {
    await using gitlab = await startGitLab();
    const silent = await gitlab.create();
    const heard = await gitlab.create();
    await gitlab.admin.runnerByToken(heard.token).verify({ systemId: 's_1' });
    expect(await found(gitlab, { status: 'never_contacted' })).toEqual([silent.id]);
    expect(await found(gitlab, { status: 'online' })).toEqual([heard.id]);
    gitlab.emulator.advanceClock(2 * 3600);
    expect(await found(gitlab, { status: 'online' })).toEqual([]);
    expect(await found(gitlab, { status: 'offline' })).toEqual([heard.id]);
    expect(await found(gitlab, { status: 'stale' })).toEqual([]);
    gitlab.emulator.advanceClock(WEEK_S);
    expect(await found(gitlab, { status: 'stale' })).toEqual([silent.id, heard.id]);
    expect(await found(gitlab, { status: 'offline' })).toEqual([heard.id]);
  });

  test('still understands the statuses that GitLab has replaced', async () => {
    await using gitlab = await startGitLab();
    const active = await gitlab.create();
    const paused = await gitlab.create({ type: 'instance_type', paused: true });
    expect(await found(gitlab, { status: 'paused' })).toEqual([paused.id]);
    expect(await found(gitlab, { status: 'active' })).toEqual([active.id]);
  });

  test('is narrowed by the whole numbers of a version', async () => {
    await using gitlab = await startGitLab();
    const runner = await gitlab.create();
    await gitlab.admin.runnerByToken(runner.token).verify({
      systemId: 's_1',
      info: { version: '17.5.1' },
    });
    const versions = ['17', '17.', '17.5', '17.5.1', '1', '17.51', '17.5.10'];
    const matches: string[] = [];
    for (const versionPrefix of versions) {
      if ((await found(gitlab, { versionPrefix })).length > 0) matches.push(versionPrefix);
    }
    expect(matches).toEqual(['17', '17.', '17.5', '17.5.1']);
    await expect(found(gitlab, { versionPrefix: 'v17' })).rejects.toMatchObject({
      code: 'GITLAB_INVALID',
      body: { error: 'version_prefix is invalid' },
    });
  });

  test('is refused with a word that GitLab does not know', async () => {
    await using gitlab = await startGitLab();
    const filter = { status: 'asleep' } as unknown as RunnerFilter;
    await expect(collect(gitlab.admin.runners.listAll(filter))).rejects.toMatchObject({
      code: 'GITLAB_INVALID',
      status: 400,
      body: { error: 'status does not have a valid value' },
    });
  });

  test('is not asked for with a tag that GitLab would take for two', async () => {
    await using gitlab = await startGitLab();
    expect(() => gitlab.admin.runners.list({ tags: ['a,b'] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
    );
    expect(gitlab.emulator.requests).toEqual([]);
  });
});
