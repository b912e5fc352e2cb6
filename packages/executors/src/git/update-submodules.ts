import { cautionLine, noticeLine } from '../log/log-text.ts';
import type { JobSettings } from '../shell/job-settings.ts';
import type { SourceFetch } from './fetch-sources.ts';
import { GitFailed } from './git.ts';

/** Brings the submodules to their commits, in the order that gitlab-runner found to hold. */
export async function updateSubmodules({
  git,
  outerConfig,
  plan,
  write,
}: SourceFetch): Promise<void> {
  const { settings } = plan;
  if (settings.submoduleStrategy === 'none') {
    return write(noticeLine('Skipping Git submodules setup'));
  }
  const forEach = (...command: readonly string[]): Promise<void> =>
    git.run('submodule', 'foreach', ...recursively(settings), ...command);
  const cleanFlags = settings.gitCleanFlags.length > 0 ? settings.gitCleanFlags : ['-ffdx'];
  await write(noticeLine(announcement(settings)));
  // A submodule that is not initialised is not synchronised.
  await git.run('submodule', 'init');
  await git.run(...syncCommand(settings));
  await forEach('git', 'clean', ...cleanFlags);
  await forEach('git', 'reset', '--hard');
  try {
    await git.run(...updateCommand(settings));
    await write(noticeLine('Updated submodules'));
    await git.run(...syncCommand(settings));
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    await write(cautionLine('Updating submodules failed. Retrying...'));
    if (settings.submoduleUpdateFlags.includes('--remote')) {
      // The branch that `.gitmodules` names may not be the one that a clone fetches.
      await forEach('git', 'fetch', 'origin', '+refs/heads/*:refs/remotes/origin/*');
    }
    await git.run(...syncCommand(settings));
    await git.run(...updateCommand(settings));
    await forEach('git', 'reset', '--hard');
  }
  await forEach('git', 'clean', ...cleanFlags);
  await write(noticeLine('Configuring submodules to use parent git credentials...'));
  const include = ['git', 'config', '--replace-all', 'include.path', outerConfig];
  await git.run('submodule', 'foreach', '--recursive', ...include);
  if (!settings.lfsSkipSmudge && git.hasLfs) {
    await write(noticeLine('Pulling LFS files...'));
    await forEach('git', 'lfs', 'pull');
  }
}

function announcement({ submoduleDepth, submoduleStrategy }: JobSettings): string {
  const how = submoduleStrategy === 'recursive' ? ' recursively' : '';
  const depth = submoduleDepth > 0 ? ` with git depth set to ${submoduleDepth}` : '';
  return `Updating/initializing submodules${how}${depth}...`;
}

function syncCommand(settings: JobSettings): readonly string[] {
  return ['submodule', 'sync', ...recursively(settings), ...chosenPaths(settings)];
}

function updateCommand(settings: JobSettings): readonly string[] {
  const { submoduleDepth: depth, submoduleUpdateFlags } = settings;
  return [
    'submodule',
    'update',
    '--init',
    ...recursively(settings),
    ...(depth > 0 ? ['--depth', String(depth)] : []),
    ...submoduleUpdateFlags,
    ...chosenPaths(settings),
  ];
}

function recursively({ submoduleStrategy }: JobSettings): readonly string[] {
  return submoduleStrategy === 'recursive' ? ['--recursive'] : [];
}

function chosenPaths({ submodulePaths }: JobSettings): readonly string[] {
  return submodulePaths.length === 0 ? [] : ['--', ...submodulePaths];
}
