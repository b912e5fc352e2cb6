import { Secret } from '@fellrunner/core';
import { aJob } from '@fellrunner/testkit';
import { describe, expect, it } from 'vitest';

import { planJob } from '../shell/job-plan.ts';
import { toShellConfig } from '../shell/shell-config.ts';
import { findRemote } from './remote.ts';

interface Wishes {
  readonly url: string;
  readonly cloneUrl?: string;
  readonly variables?: Record<string, string>;
}

function remoteOf({ cloneUrl, url, variables = {} }: Wishes) {
  const job = aJob({ variables });
  const config = toShellConfig({
    buildsDir: '/b',
    cacheDir: '/c',
    ...(cloneUrl === undefined ? {} : { cloneUrl }),
  });
  const runner = {
    name: 'fell',
    version: '1',
    revision: 'r',
    shortToken: 'abc',
    storeId: 's',
    jobKey: 1,
    slot: 0,
    url: 'https://gitlab.example',
    cancelGraceMs: 1,
  };
  return findRemote(planJob({ ...job, git: { ...job.git, url: new Secret(url) } }, runner, config));
}

describe('findRemote', () => {
  it('takes the credentials out of the address', () => {
    const url = 'https://gitlab-ci-token:to%2Fken@gitlab.example/lakes/hills.git';
    expect(remoteOf({ url })).toEqual({
      url: 'https://gitlab.example/lakes/hills.git',
      username: 'gitlab-ci-token',
      password: 'to/ken',
      origins: ['https://gitlab.example'],
      rewrites: [],
    });
  });

  it('leaves addresses as they are that are not for HTTP', () => {
    expect(remoteOf({ url: 'file:///srv/hills.git' }).url).toBe('file:///srv/hills.git');
    expect(remoteOf({ url: 'git@gitlab.example:lakes/hills.git' })).toMatchObject({
      url: 'git@gitlab.example:lakes/hills.git',
      password: '',
    });
  });

  it('goes to the clone_url of the configuration, with the credentials for each server', () => {
    const url = 'https://gitlab-ci-token:token@outside.example/lakes/hills.git';
    expect(remoteOf({ url, cloneUrl: 'http://inside.example:8080/gitlab/' })).toMatchObject({
      url: 'http://inside.example:8080/gitlab/lakes/hills.git',
      origins: ['http://inside.example:8080', 'https://gitlab.example', 'https://outside.example'],
    });
  });

  it('makes HTTPS of SSH for submodules where the job wants that', () => {
    const url = 'https://gitlab.example/lakes/hills.git';
    const variables = { GIT_SUBMODULE_FORCE_HTTPS: 'true', CI_SERVER_HOST: 'gitlab.example' };
    expect(remoteOf({ url, variables }).rewrites).toEqual([
      { from: 'git@gitlab.example:', to: 'https://gitlab.example/' },
      { from: 'ssh://git@gitlab.example', to: 'https://gitlab.example' },
    ]);
    const elsewhere = {
      ...variables,
      CI_SERVER_SHELL_SSH_HOST: 'ssh.example',
      CI_SERVER_SHELL_SSH_PORT: '2222',
    };
    expect(remoteOf({ url, variables: elsewhere }).rewrites).toEqual([
      { from: 'ssh://git@ssh.example:2222', to: 'https://gitlab.example' },
    ]);
  });
});
