import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { FakeEngine, failureOf, readText, type EngineWishes } from './fake-engine.ts';
import { GitRepository } from './git-repository.ts';
import { startGitServer } from './git-server.ts';

let root: string;
let origin: GitRepository;
let sha: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fellrunner-sources-'));
  origin = new GitRepository(join(root, 'served', 'lakes', 'hills.git'));
  origin.commit({ 'README.md': 'first' });
  sha = origin.commit({ 'README.md': 'second', 'src/main.c': 'int main;' });
});

afterEach(() => {
  FakeEngine.removeAll();
  rmSync(root, { recursive: true, force: true });
});

interface SourceWishes extends EngineWishes {
  readonly sha?: string;
  readonly url?: string;
  readonly depth?: number;
}

function setup(wishes: SourceWishes = {}): FakeEngine {
  const { depth = 20, sha: wanted = sha, url = `file://${origin.path}` } = wishes;
  return new FakeEngine({
    root: join(root, 'runner'),
    ...wishes,
    fields: {
      git_info: {
        repo_url: url,
        ref: 'main',
        sha: wanted,
        before_sha: '0'.repeat(40),
        ref_type: 'branch',
        refspecs: ['+refs/heads/main:refs/remotes/origin/main'],
        depth,
      },
      ...wishes.fields,
    },
  });
}

async function getSources(wishes: SourceWishes = {}): Promise<FakeEngine> {
  const engine = setup(wishes);
  await engine.prepare();
  return engine;
}

function git(engine: FakeEngine, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: engine.project, encoding: 'utf8' }).trim();
}

describe('the sources', () => {
  it('are fetched into a fresh repository and checked out', async () => {
    const engine = await getSources();
    expect(readText(join(engine.project, 'README.md'))).toBe('second');
    expect(git(engine, 'rev-parse', 'HEAD')).toBe(sha);
    const at = engine.lines.indexOf('Getting source from Git repository');
    expect(engine.lines.slice(at)).toEqual([
      'Getting source from Git repository',
      'Fetching changes with git depth set to 20...',
      `Initialized empty Git repository in ${engine.project}/.git/`,
      'Created fresh repository.',
      `Checking out ${sha.slice(0, 8)} as detached HEAD (ref is main)...`,
      'Skipping Git submodules setup',
      '',
    ]);
  });

  it('are brought up to date in the clone that the last job left', async () => {
    await getSources();
    const next = origin.commit({ 'README.md': 'third' });
    writeFileSync(join(setup().project, 'left-over'), '');
    const engine = await getSources({ sha: next });
    expect(readText(join(engine.project, 'README.md'))).toBe('third');
    expect(existsSync(join(engine.project, 'left-over'))).toBe(false);
    expect(engine.lines).toContain(
      `Reinitialized existing Git repository in ${engine.project}/.git/`,
    );
    expect(engine.lines).toContain('Removing left-over');
  });

  it('are as deep as the job asks for, and whole where it asks for 0', async () => {
    const shallow = await getSources({ depth: 1 });
    expect(git(shallow, 'rev-list', '--count', 'HEAD')).toBe('1');
    const whole = await getSources({ depth: 0 });
    expect(git(whole, 'rev-list', '--count', 'HEAD')).toBe('2');
    expect(whole.lines).toContain('Fetching changes...');
  });

  it('are cloned anew with GIT_STRATEGY=clone', async () => {
    await getSources();
    const kept = join(setup().project, '.git', 'a-mark');
    writeFileSync(kept, '');
    await getSources({ variables: { GIT_STRATEGY: 'clone' } });
    expect(existsSync(kept)).toBe(false);
  });

  it('are left as they are with GIT_STRATEGY=none', async () => {
    await getSources();
    const left = join(setup().project, 'left-over');
    writeFileSync(left, '');
    const engine = await getSources({ variables: { GIT_STRATEGY: 'none' } });
    expect(existsSync(left)).toBe(true);
    expect(engine.lines).toContain('Skipping Git repository setup');
  });

  it('are an empty folder with GIT_STRATEGY=empty, beside the clone', async () => {
    await getSources();
    const engine = await getSources({ variables: { GIT_STRATEGY: 'empty' }, script: ['ls -A'] });
    await engine.step();
    expect(readdirSync(`${engine.project}-empty`)).toEqual([]);
    expect(readText(join(engine.project, 'README.md'))).toBe('second');
  });

  it('are fetched and not checked out with GIT_CHECKOUT=false', async () => {
    const engine = await getSources({ variables: { GIT_CHECKOUT: 'false' } });
    expect(readdirSync(engine.project)).toEqual(['.git']);
    expect(engine.lines).toContain('Skipping Git checkout');
  });

  it('heed GIT_CLEAN_FLAGS and GIT_FETCH_EXTRA_FLAGS', async () => {
    await getSources();
    writeFileSync(join(setup().project, 'kept.cache'), '');
    const engine = await getSources({
      variables: {
        GIT_CLEAN_FLAGS: '-ffdx -e *.cache',
        GIT_FETCH_EXTRA_FLAGS: '--verbose',
      },
    });
    expect(existsSync(join(engine.project, 'kept.cache'))).toBe(true);
    expect(engine.text).toContain('[up to date]');
  });

  it('go where GIT_CLONE_PATH says, within the builds folder', async () => {
    const engine = await getSources({
      variables: { GIT_CLONE_PATH: '$CI_BUILDS_DIR/chosen/$CI_CONCURRENT_ID' },
    });
    expect(readText(join(engine.root, 'builds/chosen/0/README.md'))).toBe('second');
    const outside = setup({ variables: { GIT_CLONE_PATH: '/tmp/elsewhere' } });
    expect(await failureOf(outside.prepare())).toMatchObject({
      failureReason: 'runner_configuration_error',
    });
  });

  it('fail with what git said, after as many attempts as the job wants', async () => {
    const engine = setup({
      url: `file://${origin.path}-gone`,
      variables: { GET_SOURCES_ATTEMPTS: '3' },
    });
    expect(await failureOf(engine.prepare())).toEqual({
      reason: 'step-exited',
      step: 'get_sources',
      exitCode: 128,
    });
    expect(engine.text.match(/section_start:\d+:get_sources/g)).toHaveLength(3);
    expect(engine.text).toContain('does not appear to be a git repository');
  });

  it('end at once when the job is canceled', async () => {
    const engine = setup({
      fields: { hooks: [{ name: 'pre_get_sources_script', script: ['echo $$ >&2; sleep 1000'] }] },
    });
    engine.onOutput = () => {
      if (engine.text.includes('sleep 1000')) engine.ender.abort('canceled');
    };
    await expect(engine.prepare()).rejects.toBeDefined();
  });
});

describe('a repository that an earlier job left', () => {
  it('is used again after a git that was killed', async () => {
    const engine = await getSources();
    for (const lock of [
      'index.lock',
      'HEAD.lock',
      'shallow.lock',
      'config.lock',
      'refs/remotes/origin/main.lock',
    ]) {
      writeFileSync(join(engine.project, '.git', lock), '');
    }
    const next = await getSources({ sha: origin.commit({ 'README.md': 'third' }) });
    expect(readText(join(next.project, 'README.md'))).toBe('third');
    expect(next.text).not.toContain('cloning it anew');
  });

  it('is cloned anew where its objects are broken', async () => {
    const engine = await getSources();
    for (const pack of readdirSync(join(engine.project, '.git/objects'), { recursive: true })) {
      const path = join(engine.project, '.git/objects', String(pack));
      if (statSync(path).isFile()) {
        rmSync(path);
        writeFileSync(path, '');
        truncateSync(path);
      }
    }
    rmSync(join(engine.project, 'README.md'));
    const again = await getSources({ sha: origin.commit({ 'README.md': 'third' }) });
    expect(readText(join(again.project, 'README.md'))).toBe('third');
    expect(again.lines).toContain(
      'The repository in the build folder is broken, cloning it anew...',
    );
  });

  it('is kept where only the server cannot be reached', async () => {
    const engine = await getSources();
    const failing = setup({ url: 'http://127.0.0.1:1/lakes/hills.git' });
    await failureOf(failing.prepare());
    expect(existsSync(join(engine.project, '.git'))).toBe(true);
  });

  it('runs none of its hooks and settings for the next job', async () => {
    const evil = `touch ${join(root, 'ran')}`;
    const engine = await getSources();
    mkdirSync(join(engine.project, '.git/hooks'), { recursive: true });
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change']) {
      writeFileSync(join(engine.project, '.git/hooks', hook), `#!/bin/sh\n${evil}\n`, {
        mode: 0o755,
      });
    }
    git(engine, 'config', 'core.fsmonitor', evil);
    git(engine, 'config', 'filter.evil.smudge', evil);
    git(engine, 'config', 'core.sshCommand', evil);
    git(engine, 'config', 'core.hooksPath', join(engine.project, '.git/hooks'));
    git(engine, 'config', 'uploadpack.packObjectsHook', evil);
    rmSync(join(root, 'ran'), { force: true });
    mkdirSync(join(engine.project, '.git/info'), { recursive: true });
    writeFileSync(join(engine.project, '.git/info/attributes'), '* filter=evil\n');
    const next = await getSources({ sha: origin.commit({ 'README.md': 'third' }) });
    expect(readText(join(next.project, 'README.md'))).toBe('third');
    expect(existsSync(join(root, 'ran'))).toBe(false);
    expect(git(next, 'config', '--local', '--list')).not.toContain('evil');
  });

  it('gets all its files back after a sparse checkout', async () => {
    const engine = await getSources();
    git(engine, 'sparse-checkout', 'set', '--no-cone', '/src/');
    expect(existsSync(join(engine.project, 'README.md'))).toBe(false);
    await getSources();
    expect(existsSync(join(engine.project, 'README.md'))).toBe(true);
  });

  it('goes on as a partial clone', async () => {
    const variables = { GIT_FETCH_EXTRA_FLAGS: '--filter=blob:none' };
    await getSources({ variables });
    const engine = await getSources({ variables, sha: origin.commit({ 'README.md': 'third' }) });
    expect(readText(join(engine.project, 'README.md'))).toBe('third');
    expect(engine.text).not.toContain('cloning it anew');
  });
});

describe('credentials', () => {
  it('are given to the server alone, and are not left in the clone', async () => {
    const token = 'a-secret-job-token';
    await using server = await startGitServer(join(root, 'served'), token);
    const url = `${server.url.replace('//', `//gitlab-ci-token:${token}@`)}/lakes/hills.git`;
    const script = [
      'git fetch --quiet origin && echo fetched',
      'ps -o args= -e | grep -c "[a]-secret-job" || true',
    ];
    const engine = await getSources({ url, token, script });
    expect(readText(join(engine.project, 'README.md'))).toBe('second');
    await engine.step();
    expect(engine.lines).toContain('fetched');
    const left = spawnSync('grep', ['-rl', token, engine.root], { encoding: 'utf8' }).stdout;
    expect(left).toBe('');
  });
});

describe('submodules', () => {
  let parent: GitRepository;
  let parentSha: string;

  beforeEach(() => {
    parent = new GitRepository(join(root, 'served', 'lakes', 'fells.git'));
    const inner = new GitRepository(join(root, 'served', 'lakes', 'inner.git'));
    inner.commit({ 'inner.txt': 'inner' });
    origin.git('submodule', '--quiet', 'add', '../inner.git', 'inner');
    origin.commit({});
    parent.git('submodule', '--quiet', 'add', '../hills.git', 'hills');
    parent.git('submodule', '--quiet', 'add', '../inner.git', 'other');
    parentSha = parent.commit({});
  });

  async function withSubmodules(
    variables: Record<string, string>,
    url: string,
  ): Promise<FakeEngine> {
    const engine = setup({ url, sha: parentSha, variables });
    await engine.prepare();
    return engine;
  }

  const at = (engine: FakeEngine, path: string): string =>
    join(engine.root, 'builds/abc123def/0/lakes/fells', path);

  it('are brought along as far as the job asks for', async () => {
    const token = 'a-secret-job-token';
    await using server = await startGitServer(join(root, 'served'), token);
    const url = `${server.url.replace('//', `//gitlab-ci-token:${token}@`)}/lakes/fells.git`;
    const none = await withSubmodules({}, url);
    expect(readdirSync(at(none, 'hills'))).toEqual([]);
    const normal = await withSubmodules({ GIT_SUBMODULE_STRATEGY: 'normal' }, url);
    expect(readText(at(normal, 'hills/README.md'))).toBe('second');
    expect(readdirSync(at(normal, 'hills/inner'))).toEqual([]);
    const recursive = await withSubmodules(
      { GIT_SUBMODULE_STRATEGY: 'recursive', GIT_SUBMODULE_DEPTH: '1' },
      url,
    );
    expect(readText(at(recursive, 'hills/inner/inner.txt'))).toBe('inner');
    expect(recursive.lines).toContain(
      'Updating/initializing submodules recursively with git depth set to 1...',
    );
    expect(readFileSync(at(recursive, '.git/config'), 'utf8')).not.toContain(token);
  });

  it('are only those whose paths the job names', async () => {
    await using server = await startGitServer(join(root, 'served'));
    const variables = { GIT_SUBMODULE_STRATEGY: 'normal', GIT_SUBMODULE_PATHS: 'other' };
    const engine = await withSubmodules(variables, `${server.url}/lakes/fells.git`);
    expect(readText(at(engine, 'other/inner.txt'))).toBe('inner');
    expect(readdirSync(at(engine, 'hills'))).toEqual([]);
  });

  it('run none of the hooks that an earlier job left in them', async () => {
    await using server = await startGitServer(join(root, 'served'));
    const variables = { GIT_SUBMODULE_STRATEGY: 'normal' };
    const engine = await withSubmodules(variables, `${server.url}/lakes/fells.git`);
    const hooks = at(engine, '.git/modules/hills/hooks');
    mkdirSync(hooks, { recursive: true });
    const ran = join(root, 'ran');
    writeFileSync(join(hooks, 'post-checkout'), `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o755 });
    rmSync(at(engine, 'hills/README.md'));
    await withSubmodules(variables, `${server.url}/lakes/fells.git`);
    expect(readText(at(engine, 'hills/README.md'))).toBe('second');
    expect(existsSync(ran)).toBe(false);
  });
});

describe('large files', () => {
  const path = process.env['PATH'];
  afterEach(() => {
    process.env['PATH'] = path;
  });

  /** Stands in for git-lfs, and tells what it is asked for. */
  function installLfs(): void {
    const folder = join(root, 'bin');
    mkdirSync(folder);
    const script = '#!/bin/sh\necho "lfs $* skip=$GIT_LFS_SKIP_SMUDGE in $(pwd)"\n';
    writeFileSync(join(folder, 'git-lfs'), script, { mode: 0o755 });
    process.env['PATH'] = `${folder}:${path}`;
  }

  it('are fetched all at once after the checkout, where git-lfs is there', async () => {
    installLfs();
    const engine = await getSources();
    const at = engine.lines.indexOf(`lfs pull skip=1 in ${engine.project}`);
    // As in gitlab-runner's logs, a line is left empty behind it.
    expect(engine.lines.slice(at - 1, at + 2)).toEqual([
      expect.stringContaining('Checking out'),
      expect.stringContaining('lfs pull'),
      '',
    ]);
  });

  it('are left alone where the job wants that', async () => {
    installLfs();
    const engine = await getSources({ variables: { GIT_LFS_SKIP_SMUDGE: '1' } });
    expect(engine.text).not.toContain('lfs pull');
  });
});

describe('the certificates of the server', () => {
  it('are known to git and to the script', async () => {
    const ca = join(root, 'ca.pem');
    writeFileSync(ca, 'a certificate');
    const engine = await getSources({
      url: 'https://gitlab.example/lakes/hills.git',
      variables: { GIT_STRATEGY: 'none' },
      runner: { tls: { caFile: ca } },
      script: ['cat "$CI_SERVER_TLS_CA_FILE"'],
    });
    await engine.step();
    expect(engine.text).toContain('a certificate');
  });
});

describe('hooks around the sources', () => {
  it('run before and after them, the configuration on the outside', async () => {
    const engine = await getSources({
      options: {
        preGetSourcesScript: 'echo config before',
        postGetSourcesScript: 'echo config after; ls',
      },
      fields: {
        hooks: [
          { name: 'pre_get_sources_script', script: ['echo job before'] },
          { name: 'post_get_sources_script', script: ['echo job after'] },
        ],
      },
    });
    const said = engine.lines.filter((line) => /^(config|job|README)/.test(line));
    expect(said).toEqual(['config before', 'job before', 'job after', 'config after', 'README.md']);
  });
});
