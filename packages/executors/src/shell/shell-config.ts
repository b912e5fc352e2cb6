import { resolve } from 'node:path';

import { RunnerError, type VariableFields } from '@fellrunner/core';

import { findOwnGroup } from '../process/control-group.ts';
import { inheritedEnvironment } from '../script/inherited-environment.ts';
import { findProgram } from './find-program.ts';
import type { ShellOptions } from './shell-options.ts';
import { lookUpUser, requireWayTo, userEnvironment, type ShellUser } from './shell-user.ts';

/** The options, complete and checked. */
export interface ShellConfig {
  readonly buildsDir: string;
  readonly cacheDir: string;
  readonly shell: Shell;
  readonly environment: readonly VariableFields[];
  readonly user: ShellUser | undefined;
  readonly cloneUrl: string | undefined;
  readonly scripts: {
    readonly preGetSources: string;
    readonly postGetSources: string;
    readonly preBuild: string;
    readonly postBuild: string;
  };
  readonly customBuildDir: boolean;
  readonly debugTraceDisabled: boolean;
  readonly featureFlags: Readonly<Record<string, boolean>>;
  readonly retryDelayMs: number;
  /** What every process of a job has in its environment, beneath the job's variables. */
  readonly inherited: NodeJS.ProcessEnv;
  /** The control group below which each step gets one; undefined where none can be made. */
  readonly ownGroup: string | undefined;
}

export interface Shell {
  /** As the log calls it. */
  readonly name: string;
  readonly path: string;
  readonly isBash: boolean;
}

const FIRST_RETRY_DELAY_MS = 5_000;

/**
 * Checks the options and finds the programs that they need.
 *
 * @throws RunnerError `CONFIG_INVALID`, naming the option.
 */
export function toShellConfig(options: ShellOptions): ShellConfig {
  const user = options.user === undefined ? undefined : lookUpUser(options.user);
  const buildsDir = resolve(required(options.buildsDir, 'builds_dir'));
  if (user !== undefined) requireWayTo(buildsDir, user);
  return {
    buildsDir,
    cacheDir: resolve(required(options.cacheDir, 'cache_dir')),
    shell: findShell(options.shell),
    environment: (options.environment ?? []).map(toVariable),
    user,
    cloneUrl: options.cloneUrl,
    scripts: {
      preGetSources: options.preGetSourcesScript ?? '',
      postGetSources: options.postGetSourcesScript ?? '',
      preBuild: options.preBuildScript ?? '',
      postBuild: options.postBuildScript ?? '',
    },
    customBuildDir: options.customBuildDir ?? true,
    debugTraceDisabled: options.debugTraceDisabled ?? false,
    featureFlags: options.featureFlags ?? {},
    retryDelayMs: options.retryDelayMs ?? FIRST_RETRY_DELAY_MS,
    ownGroup: findOwnGroup(),
    inherited: {
      ...inheritedEnvironment(process.env),
      ...(user === undefined ? {} : userEnvironment(user)),
    },
  };
}

function required(path: string, name: string): string {
  if (path !== '') return path;
  throw new RunnerError('CONFIG_INVALID', `The ${name} of the shell executor is empty.`);
}

function findShell(wanted: string | undefined): Shell {
  if (wanted === undefined) {
    const bash = findProgram('bash');
    return bash === undefined
      ? { name: 'sh', path: findProgram('sh') ?? '/bin/sh', isBash: false }
      : { name: 'bash', path: bash, isBash: true };
  }
  const name = wanted.slice(wanted.lastIndexOf('/') + 1);
  const path = findProgram(wanted);
  if (path !== undefined && (name === 'bash' || name === 'sh')) {
    return { name, path, isBash: name === 'bash' };
  }
  const why = path === undefined ? 'was not found' : 'is neither bash nor sh';
  throw new RunnerError('CONFIG_INVALID', `The shell "${wanted}" ${why}.`);
}

function toVariable(pair: string): VariableFields {
  const at = pair.indexOf('=');
  if (at > 0) {
    const fields = { key: pair.slice(0, at), value: pair.slice(at + 1) };
    return { ...fields, public: false, masked: false, file: false, raw: false };
  }
  throw new RunnerError('CONFIG_INVALID', `"${pair}" in environment is no KEY=value.`);
}
