import { describe, expect, test } from 'vitest';

import { compilePipeline } from '../compile-pipeline.ts';
import type { CacheEntry } from '../compile-pipeline.ts';
import { compileJob, problemsOf } from '../testing/compile-text.ts';
import type { Given } from '../testing/compile-text.ts';

function caches(text: string, given: Given = {}): readonly CacheEntry[] {
  return compileJob(`job: {script: [x], cache: ${text}}\n`, given).cache;
}

const FILLED_IN = { policy: 'pull-push', when: 'on_success', unprotect: false, fallback_keys: [] };

describe('a cache', () => {
  test('has what is left out filled in', () => {
    expect(caches('{paths: [a]}')).toEqual([{ key: 'default', paths: ['a'], ...FILLED_IN }]);
    expect(caches('{}')).toEqual([{ key: 'default', ...FILLED_IN }]);
  });

  test('is handed on as it is written otherwise', () => {
    const text =
      '{key: $CI_COMMIT_REF_SLUG, paths: [a], untracked: true, policy: $POLICY, when: always, unprotect: true, fallback_keys: [b]}';
    expect(caches(text)).toEqual([
      {
        key: '$CI_COMMIT_REF_SLUG',
        paths: ['a'],
        untracked: true,
        policy: '$POLICY',
        when: 'always',
        unprotect: true,
        fallback_keys: ['b'],
      },
    ]);
  });

  test('may be one of several', () => {
    expect(caches('[{key: a}, {key: b, policy: pull}]')).toMatchObject([
      { key: 'a', policy: 'pull-push' },
      { key: 'b', policy: 'pull' },
    ]);
  });

  test.each([
    ['{key: a/b}', 'key is "a/b", which cannot be a folder'],
    ['{key: a%2Fb}', 'key is "a%2Fb"'],
    ['{key: ..}', 'key is ".."'],
    ['{key: 5}', 'key has to be a string'],
    ['{key: {prefix: a}}', 'key has no files'],
    ['{key: {files: []}}', 'files has 0 files'],
    ['{key: {files: [a, b, c]}}', 'files has 3 files'],
    ['{key: {files: [a], files_commits: [b]}}', 'has both files and files_commits'],
    ['{key: {files: [a], prefix: b/c}}', 'prefix is "b/c"'],
    ['{paths: a}', 'paths has to be a list of strings'],
    ['{policy: get}', 'policy is "get"'],
    ['{when: never}', 'when is "never"'],
    ['{fallback_keys: [a, b, c, d, e, f]}', 'fallback_keys has 6 keys'],
    ['{pathes: [a]}', 'unknown keyword pathes'],
    ['[{}, {}, {}, {}, {}]', 'cache has 5 caches'],
    ['all', 'cache has to be a list'],
  ])('%s is refused', (text, problem) => {
    expect(problemsOf(`job: {script: [x], cache: ${text}}\n`).join('\n')).toContain(problem);
  });
});

describe('a cache key of files', () => {
  const files = {
    'Gemfile.lock': 'rails\n',
    'a/package-lock.json': '{}',
    'b/package-lock.json': '{}',
  };

  test('is made of their contents, after the cache’s index and their names', () => {
    const [first, second] = caches('[{key: x}, {key: {files: [Gemfile.lock]}}]', { files });
    expect(first?.key).toBe('x');
    expect(second?.key).toMatch(/^1_Gemfile-[0-9a-f]{40}$/);
  });

  test('is git’s id of the content, digested', () => {
    // As `printf 'rails\n' | git hash-object --stdin` and `printf %s ID | sha1sum` have it.
    expect(caches('{key: {files: [Gemfile.lock], prefix: gems}}', { files })[0]?.key).toBe(
      'gems-0ff1a9d1c5ef304f5790de87a6cce4cfd3b55855',
    );
  });

  test('is the same for the same contents under other names, and for wildcards', () => {
    const keys = [
      '{files: [a/package-lock.json]',
      '{files: [b/package-lock.json]',
      '{files: ["*/package-lock.json"]',
    ].map((key) => caches(`{key: ${key}, prefix: p}}`, { files })[0]?.key);
    expect(new Set(keys).size).toBe(1);
  });

  test('is `default` after its prefix where no file is there', () => {
    expect(caches('{key: {files: [none]}}')[0]?.key).toBe('0_none-default');
    expect(caches('{key: {files: [none], prefix: $CI_JOB_NAME}}')[0]?.key).toBe(
      '$CI_JOB_NAME-default',
    );
  });

  test('has each file read once, however many jobs there are', () => {
    const read: string[] = [];
    const text = 'job: {script: [x], parallel: 20, cache: {key: {files: [Gemfile.lock]}}}\n';
    const contents: Readonly<Record<string, string>> = { ...files, '.gitlab-ci.yml': text };
    compilePipeline({
      ref: 'main',
      variables: {},
      listFiles: () => Object.keys(contents),
      readFile: (path) => {
        read.push(path);
        return contents[path];
      },
    });
    expect(read).toEqual(['.gitlab-ci.yml', 'Gemfile.lock']);
  });

  test('takes a path from the root', () => {
    const [rooted, plain] = ['/Gemfile.lock', 'Gemfile.lock'].map(
      (file) => caches(`{key: {files: [${file}]}}`, { files })[0]?.key,
    );
    expect(rooted).toBe(plain);
  });

  test('may be made of the commits that changed them last, where these are known', () => {
    const key = '{key: {files_commits: [a, b]}}';
    const lastCommitOf = (path: string): string | undefined => ({ a: 'c2', b: 'c1' })[path];
    expect(caches(key, { lastCommitOf })[0]?.key).toMatch(/^0-[0-9a-f]{40}$/);
    expect(caches(key, { lastCommitOf: () => undefined })[0]?.key).toBe('0-default');
    expect(problemsOf(`job: {script: [x], cache: ${key}}\n`).join()).toContain(
      'history is not known',
    );
  });
});
