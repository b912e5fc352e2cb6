import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

import { removeTree } from '@fellrunner/archive';

import { noticeLine } from '../log/log-text.ts';
import { isFolder, makeFolder } from '../shell/folders.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { cleanModules, cleanRepository, partialCloneFilter } from './clean-repository.ts';
import { GitFailed, type Git } from './git.ts';
import { repositoryConfig } from './git-config.ts';
import type { Remote } from './remote.ts';
import { updateSubmodules } from './update-submodules.ts';

export interface SourceFetch {
  readonly plan: JobPlan;
  readonly git: Git;
  readonly remote: Remote;
  readonly outerConfig: string;
  readonly write: (text: string) => Promise<void>;
}

/** Brings the project's folder to the job's commit; a clone that turns out to be broken is made anew. */
export async function fetchSources(fetch: SourceFetch): Promise<void> {
  const { project } = fetch.plan.workplace;
  const isKept = fetch.plan.settings.gitStrategy === 'fetch' && (await hasRepository(project));
  if (!isKept) await removeTree(project);
  try {
    await bringToCommit(fetch, isKept);
  } catch (error) {
    if (!isKept || !isBrokenHere(error)) throw error;
    await fetch.write(
      noticeLine('The repository in the build folder is broken, cloning it anew...'),
    );
    await removeTree(project);
    await bringToCommit(fetch, false);
  }
}

/** A `.git` that is a file or a link leads to somewhere else: it is none of ours. */
async function hasRepository(project: string): Promise<boolean> {
  return (await isFolder(project)) && (await isFolder(join(project, '.git')));
}

/** What git says where the server, the way there or the wish is at fault, and not the clone. */
const NOT_THE_CLONE =
  /unable to access|could not resolve|could not read (username|password|from remote)|authentication failed|connection (refused|reset|timed out)|the remote end hung up|couldn't find remote ref|not our ref|requested URL returned error|repository .* not found|does not appear to be a git repository|unknown option|reference is not a tree/i;

/** Whether a new clone may get over what went wrong. */
export function isBrokenHere(error: unknown): boolean {
  return error instanceof GitFailed && !NOT_THE_CLONE.test(error.lastOutput);
}

async function bringToCommit(fetch: SourceFetch, isKept: boolean): Promise<void> {
  const { git, plan, write } = fetch;
  const { config, settings, workplace } = plan;
  makeFolder(workplace.project, config.user);
  const { gitDepth: depth } = settings;
  const how = depth > 0 ? ` with git depth set to ${depth}` : '';
  await write(noticeLine(`Fetching changes${how}...`));
  await initialise(fetch, isKept);
  if (!isKept) await write(noticeLine('Created fresh repository.'));
  await git.run(...fetchCommand(plan));
  if (settings.gitCheckout) await checkOut(fetch);
  else await write(noticeLine('Skipping Git checkout'));
  await updateSubmodules(fetch);
}

/** Gives the repository settings that no earlier job has touched. */
async function initialise({ git, outerConfig, plan, remote }: SourceFetch, isKept: boolean) {
  const { job, settings, workplace } = plan;
  const gitFolder = join(workplace.project, '.git');
  if (isKept) {
    await cleanRepository(gitFolder);
    if (settings.submoduleStrategy !== 'none') await cleanModules(join(gitFolder, 'modules'));
  }
  const format = job.git.objectFormat;
  const formatFlag = format === 'sha1' ? [] : ['--object-format', format];
  await git.run('init', workplace.project, '--template=', ...formatFlag);
  const filter = await partialCloneFilter(gitFolder, settings.gitFetchFlags);
  const text = repositoryConfig({ remote, outerConfig, partialCloneFilter: filter });
  await appendFile(join(gitFolder, 'config'), text);
}

function fetchCommand({ job, settings, workplace }: JobPlan): readonly string[] {
  const { gitDepth: depth, gitFetchFlags } = settings;
  const command = ['fetch', 'origin', '--no-recurse-submodules', ...job.git.refspecs];
  if (depth > 0) return [...command, '--depth', String(depth), ...gitFetchFlags];
  const isShallow = existsSync(join(workplace.project, '.git/shallow'));
  return [...command, ...gitFetchFlags, ...(isShallow ? ['--unshallow'] : [])];
}

async function checkOut({ git, plan, write }: SourceFetch): Promise<void> {
  const { job, settings } = plan;
  const commit = job.sha.slice(0, 8);
  await write(noticeLine(`Checking out ${commit} as detached HEAD (ref is ${job.ref})...`));
  await git.run('-c', 'submodule.recurse=false', 'checkout', '-f', '-q', job.sha);
  if (settings.gitCleanFlags.length > 0) await git.run('clean', ...settings.gitCleanFlags);
  if (settings.lfsSkipSmudge || !git.hasLfs) return;
  await git.run('lfs', 'pull');
  // Gitlab-runner's log has it, too: it ends the line on which git-lfs may have shown its progress.
  await write('\n');
}
