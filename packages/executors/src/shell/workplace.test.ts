import { Secret } from '@fellrunner/core';
import { aJob } from '@fellrunner/testkit';
import { describe, expect, it } from 'vitest';

import { toShellConfig } from './shell-config.ts';
import { findWorkplace, projectSlug } from './workplace.ts';

const config = toShellConfig({ buildsDir: '/builds', cacheDir: '/cache' });

function aJobAt(url: string) {
  const job = aJob();
  return { ...job, git: { ...job.git, url: new Secret(url) } };
}

function findFor(wishes: { slot?: number; gitClonePath?: string; gitStrategy?: 'empty' }) {
  return findWorkplace({
    job: aJob(),
    config,
    runner: { shortToken: 'abc', slot: wishes.slot ?? 0 },
    gitStrategy: wishes.gitStrategy ?? 'fetch',
    gitClonePath: wishes.gitClonePath ?? '',
  });
}

describe('projectSlug', () => {
  it.each([
    ['https://gitlab.example/lakes/hills.git', 'lakes/hills'],
    ['https://user:pass@gitlab.example:8443/a/b/c.git', 'a/b/c'],
    ['https://gitlab.example/a%20b/c.git', 'a b/c'],
    ['https://gitlab.example/a/%2e%2e/%2e%2e/etc.git', 'etc'],
    ['https://gitlab.example/..%2f..%2fetc', 'etc'],
    ['not a url', 'lakes/hills'],
    ['https://gitlab.example/', 'project-1'],
    ['https://gitlab.example/.git', 'project-1'],
  ])('takes from %s the folder %s', (url, slug) => {
    expect(projectSlug(aJobAt(url))).toBe(slug);
  });
});

describe('findWorkplace', () => {
  it('lays folders out as gitlab-runner does', () => {
    expect(findFor({})).toEqual({
      project: '/builds/abc/0/lakes/hills',
      temporary: '/builds/abc/0/lakes/hills.tmp',
      cache: '/cache/lakes/hills',
    });
  });

  it('keeps jobs that run at once apart, and lets them share the cache', () => {
    const [first, second] = [findFor({ slot: 0 }), findFor({ slot: 1 })];
    expect(first.project).not.toBe(second.project);
    expect(first.cache).toBe(second.cache);
  });

  it('uses another folder for GIT_STRATEGY=empty, and the same cache', () => {
    expect(findFor({ gitStrategy: 'empty' })).toMatchObject({
      project: '/builds/abc/0/lakes/hills-empty',
      cache: '/cache/lakes/hills',
    });
  });

  it.each(['/etc', '/builds', '/builds/../etc', '../etc', '/buildsandmore'])(
    'refuses %s for GIT_CLONE_PATH',
    (gitClonePath) => {
      expect(() => findFor({ gitClonePath })).toThrow('has to be within "/builds"');
    },
  );
});
