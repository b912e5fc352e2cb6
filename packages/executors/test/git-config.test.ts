import { execFileSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { formatConfig, named, outerConfig, repositoryConfig } from '../src/git/git-config.ts';
import type { Remote } from '../src/git/remote.ts';

const remote: Remote = {
  url: 'https://gitlab.example/lakes/hills.git',
  username: 'gitlab-ci-token',
  password: 'secret',
  origins: ['https://gitlab.example'],
  rewrites: [{ from: 'git@gitlab.example:', to: 'https://gitlab.example/' }],
};

/** What git makes of a configuration. */
function list(text: string): readonly string[] {
  const args = ['config', '--file', '-', '--list'];
  return execFileSync('git', args, { input: text, encoding: 'utf8' }).trim().split('\n');
}

describe('formatConfig', () => {
  it('is read by git as it is meant', () => {
    const text = formatConfig([[named('a', 'b "c" \\d'), [['key', 'v "w" \\x # y ; z\ttab']]]]);
    expect(list(text)).toEqual(['a.b "c" \\d.key=v "w" \\x # y ; z\ttab']);
  });
});

describe('outerConfig', () => {
  it('lets git ask for the password, and holds none', () => {
    const text = outerConfig({
      remote,
      tls: new Map([['sslCAInfo', '/tmp/CA']]),
      usesBundleUris: true,
    });
    expect(text).not.toContain('secret');
    expect(list(text)).toEqual([
      'transfer.bundleuri=true',
      'credential.https://gitlab.example.helper=',
      expect.stringMatching(/^credential\.https:\/\/gitlab\.example\.helper=!/),
      'credential.https://gitlab.example.username=gitlab-ci-token',
      'http.https://gitlab.example.sslcainfo=/tmp/CA',
      'url.https://gitlab.example/.insteadof=git@gitlab.example:',
    ]);
  });
});

describe('repositoryConfig', () => {
  it('keeps a partial clone one', () => {
    const text = repositoryConfig({
      remote,
      outerConfig: '/tmp/git.config',
      partialCloneFilter: 'blob:none',
    });
    expect(list(text)).toEqual(
      expect.arrayContaining([
        'remote.origin.url=https://gitlab.example/lakes/hills.git',
        'remote.origin.promisor=true',
        'remote.origin.partialclonefilter=blob:none',
        'extensions.partialclone=origin',
        'include.path=/tmp/git.config',
      ]),
    );
  });
});
