import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';
import { describe, expect, onTestFinished, test } from 'vitest';

import { makeDemoRepository } from '../examples/demo/demo-repository.ts';

const EXAMPLE = join(dirname(import.meta.dirname), 'examples/demo-project');

function git(cwd: string, ...args: readonly string[]): string {
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  return execFileSync('git', [...author, ...args], { cwd, encoding: 'utf8' }).trim();
}

/** A folder with the example in it, as an archive of the project would leave it. */
function aProject(): { project: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-repository-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const project = join(folder, 'project');
  cpSync(EXAMPLE, join(project, 'examples/demo-project'), { recursive: true });
  mkdirSync(join(project, 'node_modules'));
  writeFileSync(join(project, 'node_modules/large.js'), '');
  return { project, folder };
}

async function jobNames(path: string): Promise<readonly string[]> {
  await using gitlab = await startEmulator();
  return gitlab.pipeline({ path }).jobs.map(({ name }) => name);
}

const JOBS = ['build', 'test', 'season', 'package', 'on-device'];

describe("the demo's repository", () => {
  test('is the commit of a shallow clone that is on no branch', async () => {
    const { project, folder } = aProject();
    git(project, 'init', '--quiet');
    for (const message of ['one', 'two', 'three']) {
      git(project, 'add', 'examples');
      git(project, 'commit', '--quiet', '--allow-empty', '--message', message);
    }
    const clone = join(folder, 'clone');
    git(folder, 'clone', '--quiet', '--depth', '1', `file://${project}`, clone);
    git(clone, 'checkout', '--quiet', '--detach');
    const repository = await makeDemoRepository(clone, join(folder, 'demo'));
    expect(repository.commit).toBe(git(project, 'rev-parse', '--short', 'HEAD'));
    expect(await jobNames(repository.path)).toEqual(JOBS);
  });

  test('is made of the files where there is no git, without what is installed', async () => {
    const { project, folder } = aProject();
    const repository = await makeDemoRepository(project, join(folder, 'demo'));
    expect(repository.commit).toBeUndefined();
    expect(git(repository.path, 'ls-files', 'node_modules')).toBe('');
    expect(await jobNames(repository.path)).toEqual(JOBS);
  });

  test('is made of the files where they lie in a repository of somebody else', async () => {
    const { project, folder } = aProject();
    git(folder, 'init', '--quiet');
    const repository = await makeDemoRepository(project, join(folder, 'demo'));
    expect(repository.commit).toBeUndefined();
    expect(await jobNames(repository.path)).toEqual(JOBS);
  });
});
