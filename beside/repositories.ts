import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const URLS_OF_SUBMODULES = '../shed.git';

/** The repositories that the scenarios' jobs have as their sources; their hashes never change. */
export interface Repositories {
  readonly hills: string;
  readonly shed: string;
}

/** Makes them on disk: three commits, a tag, and branches with a change and with a submodule. */
export function makeRepositories(folder: string): Repositories {
  const shed = join(folder, 'shed');
  init(shed);
  const tools = commit(shed, { 'tools.txt': 'hammer\n' });
  const hills = join(folder, 'hills');
  init(hills);
  commit(hills, { 'README.md': 'hills\n', '.gitignore': 'ignored\n' });
  commit(hills, { 'low.txt': 'low\n' });
  git(hills, 'tag', 'v1');
  commit(hills, { 'high.txt': 'high\n' });
  git(hills, 'branch', 'ridge', 'v1');
  git(hills, 'checkout', '--quiet', '-b', 'modules');
  git(hills, 'update-index', '--add', '--cacheinfo', `160000,${tools},shed`);
  commit(hills, {
    '.gitmodules': `[submodule "shed"]\n\tpath = shed\n\turl = ${URLS_OF_SUBMODULES}\n`,
  });
  git(hills, 'checkout', '--quiet', '--force', 'main');
  return { hills, shed };
}

function init(path: string): void {
  mkdirSync(path, { recursive: true });
  git(path, 'init', '--quiet', '--initial-branch=main');
}

function commit(path: string, files: Readonly<Record<string, string>>): string {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  git(path, 'add', ...Object.keys(files));
  git(path, 'commit', '--quiet', '--message', `Add ${Object.keys(files).join(', ')}`);
  return git(path, 'rev-parse', 'HEAD');
}

const ALWAYS = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

function git(path: string, ...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: path,
    encoding: 'utf8',
    env: { ...process.env, ...ALWAYS },
  }).trim();
}
