import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { FakeEngine, failureOf, readText } from './fake-engine.ts';

let root: string;
let jobs = 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fellrunner-cache-'));
});

afterEach(() => {
  FakeEngine.removeAll();
  rmSync(root, { recursive: true, force: true });
});

interface CacheWishes {
  readonly cache: readonly object[];
  readonly variables?: Record<string, string>;
  readonly script?: readonly string[];
}

/** A job that begins in an empty folder, so that all it has comes from its cache. */
async function setup({ cache, script = ['true'], variables = {} }: CacheWishes) {
  jobs += 1;
  const engine = new FakeEngine({
    root,
    id: jobs,
    script,
    variables: { GIT_STRATEGY: 'empty', ...variables },
    fields: { cache },
  });
  await engine.prepare();
  return engine;
}

async function run(wishes: CacheWishes, jobStatus = 'success'): Promise<FakeEngine> {
  const engine = await setup(wishes);
  await failureOf(engine.step());
  await engine.conclude(jobStatus);
  return engine;
}

const made = { script: ['mkdir -p vendor/a; echo cached >vendor/a/file'] };
const vendor = { key: 'k', paths: ['vendor/'] };
const cacheFile = (key: string): string => join(root, 'cache/lakes/hills', key, 'cache.zip');
const project = (path: string): string => join(root, 'builds/abc123def/0/lakes/hills-empty', path);

describe('a cache', () => {
  it('is there for the next job', async () => {
    const first = await run({ cache: [vendor], ...made });
    expect(first.lines).toEqual(
      expect.arrayContaining([
        'Restoring cache',
        'Checking cache for k...',
        'WARNING: Cache file does not exist',
        'Failed to extract cache',
        'Saving cache for successful job',
        'Creating cache k...',
        'vendor/: found 3 matching artifact files and directories',
        'Created cache',
      ]),
    );
    const second = await run({ cache: [vendor], script: ['cat vendor/a/file'] });
    expect(second.lines).toEqual(
      expect.arrayContaining(['Successfully extracted cache', 'cached', 'Archive is up to date!']),
    );
  });

  it('is packed again when a file was changed, added or removed', async () => {
    await run({ cache: [vendor], ...made });
    const changed = await run({ cache: [vendor], script: ['rm vendor/a/file'] });
    expect(changed.text).not.toContain('Archive is up to date!');
    await setup({ cache: [vendor] });
    expect(readdirSync(project('vendor/a'))).toEqual([]);
  });

  it('can be read where gitlab-runner packed it, and lies where gitlab-runner looks for it', async () => {
    mkdirSync(join(root, 'packed/vendor'), { recursive: true });
    writeFileSync(join(root, 'packed/vendor/file'), 'from elsewhere');
    mkdirSync(dirname(cacheFile('k')), { recursive: true });
    execFileSync('python3', ['-m', 'zipfile', '-c', cacheFile('k'), 'vendor/'], {
      cwd: join(root, 'packed'),
    });
    await setup({ cache: [vendor] });
    expect(readText(project('vendor/file'))).toBe('from elsewhere');
    await run({ cache: [{ ...vendor, key: 'other' }], ...made });
    const listed = execFileSync('python3', ['-m', 'zipfile', '-l', cacheFile('other')], {
      encoding: 'utf8',
    });
    expect(listed).toContain('vendor/a/file');
    expect(readText(join(dirname(cacheFile('other')), 'metadata.json'))).toBe(
      '{"cachekey":"other"}',
    );
  });

  it('is taken from a fallback key where its own is not there', async () => {
    await run({ cache: [{ ...vendor, key: 'main' }], ...made });
    const engine = await setup({
      cache: [{ ...vendor, key: 'branch', fallback_keys: ['nothing', '$FALLBACK'] }],
      variables: { FALLBACK: 'main' },
    });
    expect(readText(project('vendor/a/file'))).toBe('cached\n');
    expect(engine.lines.filter((line) => line.startsWith('Checking cache'))).toEqual([
      'Checking cache for branch...',
      'Checking cache for nothing...',
      'Checking cache for main...',
    ]);
  });

  it('of protected branches is nothing to fall back on', async () => {
    await run({ cache: [{ ...vendor, key: 'main-protected' }], ...made });
    const engine = await setup({
      cache: [vendor],
      variables: { CACHE_FALLBACK_KEY: 'main-protected' },
    });
    expect(existsSync(project('vendor'))).toBe(false);
    expect(engine.text).toContain('not allowed to end in "-protected"');
  });

  it('heeds its policy', async () => {
    const pulling = await run({ cache: [{ ...vendor, policy: 'pull' }], ...made });
    expect(pulling.lines).toContain('Not uploading cache k due to policy');
    expect(existsSync(cacheFile('k'))).toBe(false);
    await run({ cache: [{ ...vendor, policy: '$HOW' }], variables: { HOW: 'push' }, ...made });
    expect(existsSync(cacheFile('k'))).toBe(true);
    const pushing = await setup({ cache: [{ ...vendor, policy: 'push' }] });
    expect(pushing.lines).toContain('Not downloading cache k due to policy');
    const unknown = setup({ cache: [{ ...vendor, policy: 'sometimes' }] });
    expect(await failureOf(unknown)).toMatchObject({ message: 'unknown cache policy sometimes' });
  });

  it('is packed after a failure only where it is meant to be', async () => {
    await run({ cache: [vendor], ...made }, 'failed');
    expect(existsSync(cacheFile('k'))).toBe(false);
    const engine = await run({ cache: [{ ...vendor, when: 'on_failure' }], ...made }, 'failed');
    expect(existsSync(cacheFile('k'))).toBe(true);
    expect(engine.lines).toContain('Saving cache for failed job');
  });

  it('never leaves its folder, whatever its key', async () => {
    const keys = ['../../../evil', '..%2f..%2fevil', String.raw`..\..\evil`, '/evil'];
    for (const key of keys) await run({ cache: [{ ...vendor, key }], ...made });
    const found = readdirSync(root, { recursive: true }).map(String);
    expect(found.filter((path) => path.endsWith('evil'))).toEqual(['cache/lakes/hills/evil']);
  });

  it('that is broken fails nothing', async () => {
    mkdirSync(dirname(cacheFile('k')), { recursive: true });
    writeFileSync(cacheFile('k'), 'not a zip');
    const engine = await run({ cache: [vendor], ...made });
    expect(engine.text).toMatch(/FATAL: .*\n.*Failed to extract cache/);
    await setup({ cache: [vendor] });
    expect(readText(project('vendor/a/file'))).toBe('cached\n');
  });

  it('survives two jobs that pack it at once', async () => {
    const engine = await setup({ cache: [vendor], ...made });
    await engine.step();
    await Promise.all([engine.conclude('success'), engine.conclude('success')]);
    expect(readdirSync(dirname(cacheFile('k'))).toSorted()).toEqual(['cache.zip', 'metadata.json']);
    await setup({ cache: [vendor] });
    expect(readText(project('vendor/a/file'))).toBe('cached\n');
  });

  it('has the files that git does not know, where it is asked for', async () => {
    const cache = [{ key: 'k', untracked: true, paths: [] }];
    const script = ['git init -q .; echo x >known; git add known; echo y >unknown'];
    const engine = await run({ cache, script });
    expect(engine.lines).toContain('untracked: found 1 files');
  });
});
