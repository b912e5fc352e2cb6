import { Variables } from '@fellrunner/core';
import { aJob } from '@fellrunner/testkit';
import { describe, expect, it } from 'vitest';

import { readJobSettings } from './job-settings.ts';
import { toShellConfig } from './shell-config.ts';
import type { ShellOptions } from './shell-options.ts';

function read(variables: Record<string, string>, options: Partial<ShellOptions> = {}) {
  const flags = { public: true, masked: false, file: false, raw: false };
  const fields = Object.entries(variables).map(([key, value]) => ({ key, value, ...flags }));
  const config = toShellConfig({ buildsDir: '/b', cacheDir: '/c', ...options });
  return readJobSettings(aJob(), new Variables(fields), config);
}

describe('readJobSettings', () => {
  it("has gitlab-runner's defaults", () => {
    expect(read({})).toMatchObject({
      gitStrategy: 'fetch',
      gitCheckout: true,
      gitCleanFlags: ['-ffdx'],
      gitFetchFlags: ['--prune', '--quiet'],
      submoduleStrategy: 'none',
      submoduleDepth: 20,
      getSourcesAttempts: 1,
      afterScriptIgnoresErrors: true,
      warnings: [],
    });
  });

  it('takes "none" for no flags at all', () => {
    expect(read({ GIT_CLEAN_FLAGS: 'none' }).gitCleanFlags).toEqual([]);
    expect(read({ GIT_FETCH_EXTRA_FLAGS: ' --a  --b ' }).gitFetchFlags).toEqual(['--a', '--b']);
  });

  it('checks nothing out where there are no sources', () => {
    expect(read({ GIT_STRATEGY: 'none', GIT_SUBMODULE_STRATEGY: 'recursive' })).toMatchObject({
      gitCheckout: false,
      submoduleStrategy: 'none',
    });
  });

  it('names what it cannot use, and goes on without', () => {
    const settings = read({
      GIT_STRATEGY: 'sideways',
      GIT_CHECKOUT: 'perhaps',
      GIT_SUBMODULE_DEPTH: 'deep',
      GET_SOURCES_ATTEMPTS: '99',
    });
    expect(settings).toMatchObject({ gitStrategy: 'fetch', gitCheckout: true, submoduleDepth: 20 });
    expect(settings.getSourcesAttempts).toBe(10);
    expect(settings.warnings).toEqual([
      `GIT_STRATEGY: expected either 'clone', 'fetch', 'none' or 'empty' got "sideways", using default value 'fetch'`,
      'GIT_CHECKOUT: expected bool got "perhaps", using default value: true',
      'GIT_SUBMODULE_DEPTH: expected int got "deep", using default value: 20',
      'GET_SOURCES_ATTEMPTS: number of attempts out of the range [1, 10], clamping to: 10',
    ]);
  });

  it('says what it does not heed of what gitlab-runner does', () => {
    const { warnings } = read({
      CACHE_COMPRESSION_FORMAT: 'TarZstd',
      FF_USE_GIT_NATIVE_CLONE: 'true',
      TRANSFER_METER_FREQUENCY: '5s',
      SLSA_PROVENANCE_SCHEMA_VERSION: 'v0.2',
    });
    expect(warnings.map((warning) => warning.split(':')[0])).toEqual([
      'CACHE_COMPRESSION_FORMAT',
      'FF_USE_GIT_NATIVE_CLONE',
      'TRANSFER_METER_FREQUENCY',
      'SLSA_PROVENANCE_SCHEMA_VERSION',
    ]);
    const heeded = {
      CACHE_COMPRESSION_FORMAT: 'zip',
      FF_USE_GIT_NATIVE_CLONE: 'false',
      TRANSFER_METER_FREQUENCY: '0',
      SLSA_PROVENANCE_SCHEMA_VERSION: 'v1',
    };
    expect(read(heeded).warnings).toEqual([]);
  });

  it("lets the configuration's feature flags go before the job's", () => {
    const variables = { FF_SCRIPT_SECTIONS: 'true' };
    expect(read(variables).scriptSections).toBe(true);
    const featureFlags = { FF_SCRIPT_SECTIONS: false };
    expect(read(variables, { featureFlags }).scriptSections).toBe(false);
  });

  it('lets the configuration forbid the debug trace', () => {
    const settings = read({ CI_DEBUG_TRACE: 'true' }, { debugTraceDisabled: true });
    expect(settings.debugTrace).toBe(false);
    expect(settings.warnings).toEqual(['CI_DEBUG_TRACE: usage is disabled on this Runner']);
  });
});
