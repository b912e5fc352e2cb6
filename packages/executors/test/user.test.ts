import { chmodSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { readProcess } from '../src/process/process-table.ts';
import { FakeEngine, type EngineWishes } from './fake-engine.ts';
import { GitRepository } from './git-repository.ts';
import { startGitServer } from './git-server.ts';

afterEach(() => FakeEngine.removeAll());

/** An account that every system has, and that is not the one that runs the tests. */
const USER = 'nobody';

async function run(wishes: EngineWishes): Promise<FakeEngine> {
  const root = wishes.root ?? mkdtempSync(join(tmpdir(), 'fellrunner-user-'));
  chmodSync(root, 0o755);
  const engine = new FakeEngine({ ...wishes, root, options: { user: USER } });
  await engine.prepare();
  await engine.step();
  await engine.conclude('success');
  return engine;
}

describe.skipIf(process.getuid?.() !== 0)('--user', () => {
  it('runs scripts as that user, with its groups, home and files', async () => {
    const engine = await run({
      variables: {
        GIT_STRATEGY: 'none',
        CERT: { value: 'a certificate', file: true },
      },
      script: ['id -un; id -Gn; echo "$USER"; cat "$CERT"; touch mine'],
    });
    expect(engine.lines).toEqual(expect.arrayContaining([USER, 'a certificate']));
    const { uid } = statSync(join(engine.project, 'mine'));
    expect(uid).not.toBe(0);
    expect(statSync(engine.project).uid).toBe(uid);
    expect(statSync(join(`${engine.project}.tmp`, 'CERT')).uid).toBe(uid);
  });

  it('fetches, caches and unpacks as that user too', async () => {
    const root = mkdtempSync(join(tmpdir(), 'fellrunner-user-'));
    chmodSync(root, 0o755);
    const origin = new GitRepository(join(root, 'lakes/hills.git'));
    await using server = await startGitServer(root);
    const sha = origin.commit({ 'README.md': 'here' });
    const job = (id: number) => ({
      id,
      root,
      script: ['mkdir -p vendor && echo x >>vendor/file', 'git log -1 --format=%s'],
      fields: {
        cache: [{ key: 'k', paths: ['vendor/'] }],
        git_info: {
          repo_url: `${server.url}/lakes/hills.git`,
          ref: 'main',
          sha,
          refspecs: ['+refs/heads/main:refs/remotes/origin/main'],
          depth: 20,
        },
      },
    });
    await run(job(1));
    const engine = await run(job(2));
    expect(engine.lines).toEqual(
      expect.arrayContaining(['Successfully extracted cache', 'A change']),
    );
    const uids = ['README.md', '.git/config', 'vendor', 'vendor/file'].map(
      (path) => statSync(join(engine.project, path)).uid,
    );
    expect(new Set(uids)).toEqual(new Set([statSync(engine.project).uid]));
  });

  it('ends what that user left running', async () => {
    const engine = await run({
      variables: { GIT_STRATEGY: 'none' },
      script: ['setsid sleep 1000 & echo "daemon=$!"'],
    });
    const [, daemon = ''] = /daemon=(\d+)/.exec(engine.text) ?? [];
    expect(Number(daemon)).toBeGreaterThan(0);
    expect(readProcess(Number(daemon))).toBeUndefined();
  });
});
