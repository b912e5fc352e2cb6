import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface DemoRepository {
  readonly path: string;
  /** This project's own, which the pipeline's is a child of; undefined where it came without git. */
  readonly commit: string | undefined;
  readonly files: number;
}

/** The pipeline's jobs work in the whole repository, as those of a monorepo do. */
const CONFIG = 'include:\n  - local: examples/demo-project/.gitlab-ci.yml\n';

const NOT_OURS = new Set(['.git', 'node_modules', 'dist']);

/**
 * Makes a repository that a pipeline can run in: this project's own at its present commit, with a
 * `.gitlab-ci.yml` on top. It may be shallow, or on no branch; where there is none at all (the
 * project came as an archive), one is made of its files.
 */
export async function makeDemoRepository(root: string, path: string): Promise<DemoRepository> {
  mkdirSync(path);
  await git(path, 'init', '--quiet', '--initial-branch=main');
  if (await isRepository(root)) {
    await git(path, 'fetch', '--quiet', '--update-shallow', root, 'HEAD');
    await git(path, 'reset', '--quiet', '--hard', 'FETCH_HEAD');
  } else {
    cpSync(root, path, { recursive: true, filter: (source) => !NOT_OURS.has(basename(source)) });
  }
  const commit = await git(path, 'rev-parse', '--short', 'HEAD').catch(() => undefined);
  writeFileSync(join(path, '.gitlab-ci.yml'), CONFIG);
  await git(path, 'add', '--all');
  await git(path, 'commit', '--quiet', '--message', 'Run the pipeline of the example project');
  const files = await git(path, 'ls-files');
  return { path, commit, files: files.split('\n').length };
}

/** Whether the folder is a repository of its own, not a folder in somebody else's. */
async function isRepository(root: string): Promise<boolean> {
  const top = await git(root, 'rev-parse', '--show-toplevel').catch(() => undefined);
  return top === realpathSync(root);
}

const settings = {
  'commit.gpgSign': 'false',
  'core.hooksPath': '/dev/null',
  'safe.directory': '*',
  'user.name': 'Fellrunner demo',
  'user.email': 'demo@example.com',
};

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const config = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const { stdout } = await run('git', [...config, ...args], { cwd });
  return stdout.trim();
}
