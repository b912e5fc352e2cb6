import { parseGoBoolean, type Job, type Variables } from '@fellrunner/core';

import type { ShellConfig } from './shell-config.ts';

export type GitStrategy = 'clone' | 'fetch' | 'none' | 'empty';
export type SubmoduleStrategy = 'none' | 'normal' | 'recursive';

/** What a job's variables ask of the executor; names and defaults are gitlab-runner's. */
export interface JobSettings {
  readonly gitStrategy: GitStrategy;
  readonly gitClonePath: string;
  readonly gitCheckout: boolean;
  readonly gitDepth: number;
  readonly gitCleanFlags: readonly string[];
  readonly gitFetchFlags: readonly string[];
  readonly submoduleStrategy: SubmoduleStrategy;
  readonly submoduleDepth: number;
  readonly submodulePaths: readonly string[];
  readonly submoduleUpdateFlags: readonly string[];
  readonly submoduleForceHttps: boolean;
  readonly lfsSkipSmudge: boolean;
  readonly getSourcesAttempts: number;
  readonly restoreCacheAttempts: number;
  readonly artifactDownloadAttempts: number;
  readonly afterScriptIgnoresErrors: boolean;
  readonly debugTrace: boolean;
  readonly keepProcesses: boolean;
  readonly scriptSections: boolean;
  readonly exitCodeChecks: boolean;
  readonly jobCleanup: boolean;
  readonly hashCacheKeys: boolean;
  readonly cleanUpFailedExtract: boolean;
  readonly bundleUris: boolean;
  readonly generateMetadata: boolean;
  /** What is wrong with the values, for the log; a default stands in for each. */
  readonly warnings: readonly string[];
}

/** Reads the settings out of the variables; nothing in them fails a job. */
export function readJobSettings(job: Job, variables: Variables, config: ShellConfig): JobSettings {
  const read = new SettingReader(variables, config.featureFlags);
  const gitStrategy = read.oneOf(
    'GIT_STRATEGY',
    ['clone', 'fetch', 'none', 'empty'],
    job.git.mayFetch ? 'fetch' : 'clone',
  );
  const hasSources = gitStrategy === 'clone' || gitStrategy === 'fetch';
  const submoduleStrategy = read.oneOf(
    'GIT_SUBMODULE_STRATEGY',
    ['none', 'normal', 'recursive'],
    'none',
  );
  const debugTrace = read.bool('CI_DEBUG_TRACE', false);
  if (debugTrace && config.debugTraceDisabled) {
    read.warnings.push('CI_DEBUG_TRACE: usage is disabled on this Runner');
  }
  read.warnUnheeded();
  return {
    gitStrategy,
    gitClonePath: read.text('GIT_CLONE_PATH'),
    gitCheckout: hasSources && read.bool('GIT_CHECKOUT', true),
    gitDepth: job.git.depth,
    gitCleanFlags: read.flags('GIT_CLEAN_FLAGS', ['-ffdx']),
    gitFetchFlags: read.flags('GIT_FETCH_EXTRA_FLAGS', ['--prune', '--quiet']),
    submoduleStrategy: hasSources ? submoduleStrategy : 'none',
    submoduleDepth: read.integer('GIT_SUBMODULE_DEPTH', job.git.depth),
    submodulePaths: read.submodulePaths(),
    submoduleUpdateFlags: read.flags('GIT_SUBMODULE_UPDATE_FLAGS', []),
    submoduleForceHttps: read.bool('GIT_SUBMODULE_FORCE_HTTPS', false),
    lfsSkipSmudge: read.bool('GIT_LFS_SKIP_SMUDGE', false),
    getSourcesAttempts: read.attempts('GET_SOURCES_ATTEMPTS'),
    restoreCacheAttempts: read.attempts('RESTORE_CACHE_ATTEMPTS'),
    artifactDownloadAttempts: read.attempts('ARTIFACT_DOWNLOAD_ATTEMPTS'),
    afterScriptIgnoresErrors: read.bool('AFTER_SCRIPT_IGNORE_ERRORS', true),
    debugTrace: debugTrace && !config.debugTraceDisabled,
    keepProcesses: read.bool('FELLRUNNER_KEEP_PROCESSES', false),
    scriptSections: read.flag('FF_SCRIPT_SECTIONS', false),
    exitCodeChecks: read.flag('FF_ENABLE_BASH_EXIT_CODE_CHECK', false),
    jobCleanup: read.flag('FF_ENABLE_JOB_CLEANUP', false),
    hashCacheKeys: read.flag('FF_HASH_CACHE_KEYS', false),
    cleanUpFailedExtract: read.flag('FF_CLEAN_UP_FAILED_CACHE_EXTRACT', false),
    bundleUris: read.flag('FF_USE_GIT_BUNDLE_URIS', true),
    generateMetadata: read.bool('RUNNER_GENERATE_ARTIFACTS_METADATA', false),
    warnings: read.warnings,
  };
}

class SettingReader {
  readonly warnings: string[] = [];
  readonly #variables: Variables;
  readonly #featureFlags: Readonly<Record<string, boolean>>;

  constructor(variables: Variables, featureFlags: Readonly<Record<string, boolean>>) {
    this.#variables = variables;
    this.#featureFlags = featureFlags;
  }

  text(name: string): string {
    return this.#variables.value(name);
  }

  oneOf<T extends string>(name: string, known: readonly T[], otherwise: T): T {
    const value = this.text(name);
    const match = known.find((word) => word === value);
    if (value === '' || match !== undefined) return match ?? otherwise;
    const words = known.map((word) => `'${word}'`);
    const last = words.pop();
    const expected = `expected either ${words.join(', ')} or ${last}`;
    this.warnings.push(`${name}: ${expected} got "${value}", using default value '${otherwise}'`);
    return otherwise;
  }

  bool(name: string, otherwise: boolean): boolean {
    const value = this.text(name);
    const boolean = parseGoBoolean(value);
    if (value !== '' && boolean === undefined) {
      this.#warn(name, `expected bool got "${value}"`, otherwise);
    }
    return boolean ?? otherwise;
  }

  /** A flag that the configuration sets is not the job's to change. */
  flag(name: string, otherwise: boolean): boolean {
    return this.#featureFlags[name] ?? this.bool(name, otherwise);
  }

  integer(name: string, otherwise: number): number {
    const value = this.text(name);
    if (/^[+-]?\d{1,15}$/.test(value)) return Number(value);
    if (value !== '') this.#warn(name, `expected int got "${value}"`, otherwise);
    return otherwise;
  }

  attempts(name: string): number {
    const value = this.integer(name, 1);
    const clamped = Math.max(1, Math.min(10, value));
    if (clamped !== value) {
      this.warnings.push(
        `${name}: number of attempts out of the range [1, 10], clamping to: ${clamped}`,
      );
    }
    return clamped;
  }

  /** The word `none` stands for no flag at all, not even the usual ones. */
  flags(name: string, otherwise: readonly string[]): readonly string[] {
    const value = this.text(name).trim();
    if (value === '') return otherwise;
    return value === 'none' ? [] : value.split(/\s+/);
  }

  submodulePaths(): readonly string[] {
    const paths = this.text('GIT_SUBMODULE_PATHS').trim();
    if (paths === '') return [];
    const words = paths.split(/\s+/);
    if (!words.includes(':(exclude)')) return words;
    this.warnings.push(`GIT_SUBMODULE_PATHS: invalid submodule pathspec "${paths}"`);
    return [];
  }

  /** What gitlab-runner's shell executor heeds and this does not, where a job asks for it. */
  warnUnheeded(): void {
    const format = this.text('CACHE_COMPRESSION_FORMAT').toLowerCase();
    if (format === 'tarzstd' || format === 'zipzstd') {
      this.warnings.push(`CACHE_COMPRESSION_FORMAT: ${format} is not written here, but zip`);
    }
    if (this.flag('FF_USE_GIT_NATIVE_CLONE', false)) {
      this.warnings.push(
        'FF_USE_GIT_NATIVE_CLONE: sources are fetched, as without it; GIT_CLONE_EXTRA_FLAGS is not used',
      );
    }
    if (!/^(?:0[a-zµ]*)?$/.test(this.text('TRANSFER_METER_FREQUENCY'))) {
      this.warnings.push('TRANSFER_METER_FREQUENCY: transfer rates are not shown here');
    }
    const schema = this.text('SLSA_PROVENANCE_SCHEMA_VERSION');
    if (schema !== '' && schema !== 'v1') {
      this.warnings.push(`SLSA_PROVENANCE_SCHEMA_VERSION: "${schema}" is not written here, but v1`);
    }
  }

  #warn(name: string, what: string, otherwise: string | number | boolean): void {
    this.warnings.push(`${name}: ${what}, using default value: ${String(otherwise)}`);
  }
}
