import { join, resolve } from 'node:path';

import type { ShellOptions } from '@fellrunner/executors/shell';

import type { WireRunner } from './config-schema.ts';

/** Where a shell's files go, and who runs it. */
export interface ShellSurroundings {
  readonly folder: string;
  readonly workFolder: string;
  readonly buildsDir: string;
  readonly user: string | undefined;
}

/** The shell executor's options as a `[[runners]]` entry has them; what it leaves out is left out. */
export function toShellOptions(
  runner: WireRunner,
  { buildsDir, folder, user, workFolder }: ShellSurroundings,
): ShellOptions {
  return {
    buildsDir: resolve(folder, runner.builds_dir ?? buildsDir),
    cacheDir: resolve(folder, runner.cache_dir ?? join(workFolder, 'cache')),
    ...given('shell', runner.shell),
    ...given('environment', runner.environment),
    ...given('user', user),
    ...given('cloneUrl', runner.clone_url),
    ...given('preGetSourcesScript', runner.pre_get_sources_script),
    ...given('postGetSourcesScript', runner.post_get_sources_script),
    ...given('preBuildScript', runner.pre_build_script),
    ...given('postBuildScript', runner.post_build_script),
    ...given('customBuildDir', runner.custom_build_dir?.enabled),
    ...given('debugTraceDisabled', runner.debug_trace_disabled),
    ...given('featureFlags', runner.feature_flags),
  };
}

/** An empty string is gitlab-runner's way to write "not set". */
function given<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  if (value === undefined || value === '') return {};
  return { [key]: value } as Record<Key, Value>;
}
