import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startEmulator } from '../src/index.ts';
import { commitFiles, createRepository, git } from './support/repository.ts';
import { tempFolder } from './support/temp-folder.ts';
import { send, takeJob, variableOf } from './support/wire.ts';

/** git as a runner uses it; the emulator in this process answers meanwhile. */
async function gitAway(folder: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' };
  const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args], { env });
  return stdout.trim();
}

function emptyClone(path: string): string {
  mkdirSync(path, { recursive: true });
  git(path, 'init', '-q');
  return path;
}

const REFS = '/root/project.git/info/refs?service=git-upload-pack';

function basic(password: string): Record<string, string> {
  const credentials = Buffer.from(`gitlab-ci-token:${password}`).toString('base64');
  return { authorization: `Basic ${credentials}` };
}

describe('sources over HTTP', () => {
  test('are fetched by the payload’s refspecs, as deep as it says', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const path = createRepository(`${folder.path}/source`, { file: '1' });
    const sha = commitFiles(path, { file: '2' }, 'Second');
    gitlab.job({ git: { path }, variables: { GIT_DEPTH: '1' } });
    const { payload } = await takeJob(gitlab);
    const { repo_url, refspecs } = payload.git_info;
    const clone = emptyClone(`${folder.path}/clone`);
    await gitAway(clone, 'fetch', '-q', '--depth', '1', repo_url, ...refspecs);
    await gitAway(clone, 'checkout', '-q', payload.git_info.sha);
    expect(readFileSync(`${clone}/file`, 'utf8')).toBe('2');
    expect(await gitAway(clone, 'rev-list', '--count', sha)).toBe('1');
    expect(await gitAway(clone, 'rev-parse', 'refs/remotes/origin/main')).toBe(sha);
  });

  test('have the commit of the pipeline though its branch has moved on, or away', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const path = createRepository(`${folder.path}/source`, { file: '1' });
    gitlab.job({ git: { path } });
    const { payload } = await takeJob(gitlab);
    commitFiles(path, { file: '2' }, 'Second');
    git(path, 'reset', '-q', '--hard', 'HEAD');
    const { repo_url, refspecs, sha } = payload.git_info;
    const clone = emptyClone(`${folder.path}/clone`);
    await gitAway(clone, 'fetch', '-q', repo_url, refspecs[0] ?? '');
    await gitAway(clone, 'checkout', '-q', sha);
    expect(readFileSync(`${clone}/file`, 'utf8')).toBe('1');
  });

  test('are read with either protocol of git, also when the request is large', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const path = createRepository(`${folder.path}/source`, { file: '0' });
    for (let n = 1; n <= 40; n += 1)
      git(path, 'branch', `branch-${n}`, commitFiles(path, { file: `${n}` }, `${n}`));
    gitlab.job({ git: { path } });
    const { payload } = await takeJob(gitlab);
    for (const version of ['0', '2']) {
      const clone = `${folder.path}/clone-${version}`;
      const options = ['-c', `protocol.version=${version}`];
      await gitAway(folder.path, ...options, 'clone', '-q', payload.git_info.repo_url, clone);
      expect(await gitAway(clone, 'rev-parse', 'HEAD')).toBe(payload.git_info.sha);
      expect((await gitAway(clone, 'branch', '-r')).split('\n')).toHaveLength(42);
    }
    expect(gitlab.requests.some(({ headers }) => headers['content-encoding'] === 'gzip')).toBe(
      true,
    );
  });

  test('are not there for a token that is wrong or whose job is over', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const path = createRepository(`${folder.path}/source`, { file: '1' });
    gitlab.job({ git: { path } });
    const taken = await takeJob(gitlab);
    const none = await send(gitlab, REFS);
    expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Basic realm="GitLab"']);
    expect((await send(gitlab, REFS, { headers: basic('x') })).status).toBe(401);
    const good = await send(gitlab, REFS, { headers: basic(taken.token) });
    expect(good.headers['content-type']).toBe('application/x-git-upload-pack-advertisement');
    const elsewhere = REFS.replace('project', 'nothing');
    expect((await send(gitlab, elsewhere, { headers: basic(taken.token) })).status).toBe(404);
    await taken.update({ state: 'success' });
    expect((await send(gitlab, REFS, { headers: basic(taken.token) })).status).toBe(401);
  });

  test('cannot be pushed to', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const path = createRepository(`${folder.path}/source`, { file: '1' });
    gitlab.job({ git: { path } });
    const { payload } = await takeJob(gitlab);
    const clone = `${folder.path}/clone`;
    await gitAway(folder.path, 'clone', '-q', payload.git_info.repo_url, clone);
    commitFiles(clone, { file: '2' }, 'Second');
    await expect(gitAway(clone, 'push', 'origin', 'HEAD:main')).rejects.toThrow('403');
  });

  test('leave the repository on disk as it was', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const path = createRepository(`${folder.path}/source`, { file: '1' });
    const before = [git(path, 'for-each-ref'), git(path, 'count-objects', '-v')];
    gitlab.job({ git: { path } });
    const { payload } = await takeJob(gitlab);
    await gitAway(folder.path, 'clone', '-q', payload.git_info.repo_url, `${folder.path}/clone`);
    expect([git(path, 'for-each-ref'), git(path, 'count-objects', '-v')]).toEqual(before);
  });

  test('of a detached HEAD are those of a branch main', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const path = createRepository(`${folder.path}/source`, { file: '1' });
    git(path, 'checkout', '-q', '--detach');
    git(path, 'branch', '-q', '-D', 'main');
    gitlab.job({ git: { path } });
    const { payload } = await takeJob(gitlab);
    expect(payload.git_info['ref']).toBe('main');
    const clone = `${folder.path}/clone`;
    await gitAway(folder.path, 'clone', '-q', payload.git_info.repo_url, clone);
    expect(readFileSync(`${clone}/file`, 'utf8')).toBe('1');
  });

  test('of each job are those that it named, though the project is the same', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const first = createRepository(`${folder.path}/first`, { file: 'first' });
    const second = createRepository(`${folder.path}/second`, { file: 'second' });
    gitlab.job({ git: { path: first } });
    gitlab.job({ git: { path: second } });
    for (const name of ['first', 'second']) {
      const { payload } = await takeJob(gitlab);
      const clone = `${folder.path}/clone-${name}`;
      await gitAway(folder.path, 'clone', '-q', payload.git_info.repo_url, clone);
      expect(readFileSync(`${clone}/file`, 'utf8')).toBe(name);
    }
  });
});

describe('sources of a job that names no repository', () => {
  test.each([
    ['its project’s default branch', {}, ['heads/main', 'pipelines/']],
    ['a branch', { ref: 'feature/x' }, ['heads/feature/x', 'heads/main', 'pipelines/']],
    ['a tag', { ref: 'v1', tag: true }, ['heads/main', 'pipelines/', 'tags/v1']],
  ])('are cloned and fetched for %s', async (_title, spec, refs) => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    gitlab.job(spec);
    const { repo_url, refspecs, sha } = (await takeJob(gitlab)).payload.git_info;
    const clone = `${folder.path}/clone`;
    await gitAway(folder.path, 'clone', '-q', '--mirror', repo_url, clone);
    const lines = git(clone, 'for-each-ref', '--format=%(objectname) %(refname)').split('\n');
    expect(lines).toEqual(refs.map((name) => expect.stringContaining(`${sha} refs/${name}`)));
    const fetched = emptyClone(`${folder.path}/fetched`);
    await gitAway(fetched, 'fetch', '-q', '--depth', '20', repo_url, ...refspecs);
    await gitAway(fetched, 'checkout', '-q', sha);
    expect(await gitAway(fetched, 'status', '--porcelain')).toBe('');
  });

  test('are one commit without files, the same everywhere, as the variables tell it', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    gitlab.job();
    const { payload } = await takeJob(gitlab);
    const clone = `${folder.path}/clone`;
    await gitAway(folder.path, 'clone', '-q', payload.git_info.repo_url, clone);
    expect(git(clone, 'fsck', '--strict')).toBe('');
    expect(git(clone, 'ls-files')).toBe('');
    expect(git(clone, 'rev-list', '--all')).toBe('808627e500fcf279de90b182ff63d36a5743aafb');
    const told = ['SHA', 'AUTHOR', 'TIMESTAMP', 'MESSAGE'].map((name) =>
      variableOf(payload, `CI_COMMIT_${name}`),
    );
    const [sha, author, timestamp, message] = git(clone, 'log', '--format=%H%n%an <%ae>%n%ct%n%B')
      .trimEnd()
      .split('\n');
    const at = new Date(Number(timestamp) * 1000).toISOString().replace('.000Z', '+00:00');
    expect([sha, author, at, message]).toEqual(told);
  });

  test('are there for the others when a job’s ref is no name for git', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const refs = ['a/../b', 'a\nb', 'a b', 'x.lock', '/', 'good'];
    for (const ref of refs) {
      gitlab.job({ ref });
      const { repo_url } = (await takeJob(gitlab)).payload.git_info;
      const text = await gitAway(folder.path, 'ls-remote', '-q', '--heads', repo_url);
      const names = text.split('\n').map((line) => line.split('\t')[1]);
      const all = ref === 'good' ? ['good', 'main'] : ['main'];
      expect(names, ref).toEqual(all.map((name) => `refs/heads/${name}`));
    }
  });

  test('take room on disk only from the first fetch on, for all such jobs the same', async () => {
    using folder = tempFolder();
    vi.stubEnv('TMPDIR', folder.path);
    onTestFinished(() => void vi.unstubAllEnvs());
    const inside = (): string[] => readdirSync(folder.path, { recursive: true }) as string[];
    const gitlab = await startEmulator();
    onTestFinished(() => gitlab.close());
    gitlab.jobs({ count: 2 });
    gitlab.job({ ref: 'other' });
    const taken = [await takeJob(gitlab), await takeJob(gitlab), await takeJob(gitlab)];
    expect(inside()).toEqual([]);
    for (const { payload } of taken) {
      const { repo_url, sha } = payload.git_info;
      const found = await gitAway(folder.path, 'ls-remote', '-q', repo_url, 'HEAD');
      expect(found).toBe(`${sha}\tHEAD`);
    }
    expect(inside().filter((path) => path.endsWith('.git'))).toHaveLength(1);
    await gitlab.close();
    expect(inside()).toEqual([]);
  });

  test('are for its own token, while it runs, and there again after a reset', async () => {
    using folder = tempFolder();
    await using gitlab = await startEmulator();
    const status = async (token: string, path = REFS): Promise<number> =>
      (await send(gitlab, path, { headers: basic(token) })).status;
    gitlab.job();
    const taken = await takeJob(gitlab);
    expect(await status(taken.token)).toBe(200);
    expect(await status(gitlab.adminToken)).toBe(404);
    await taken.update({ state: 'success' });
    expect(await status(taken.token)).toBe(401);
    gitlab.reset();
    gitlab.job();
    const { payload } = await takeJob(gitlab);
    const clone = `${folder.path}/clone`;
    await gitAway(folder.path, 'clone', '-q', payload.git_info.repo_url, clone);
    expect(git(clone, 'rev-parse', 'HEAD')).toBe(payload.git_info.sha);
  });
});
