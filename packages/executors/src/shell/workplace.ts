import { basename, isAbsolute, join, normalize, relative, resolve } from 'node:path';

import { JobFailed, type Job, type RunnerFacts } from '@fellrunner/core';

import type { GitStrategy } from './job-settings.ts';
import type { ShellConfig } from './shell-config.ts';

/** Where a job's files are. All paths are absolute. */
export interface Workplace {
  /** The project's folder, `CI_PROJECT_DIR`. */
  readonly project: string;
  /** Beside it: file variables and what else is not part of the project, `RUNNER_TEMP_PROJECT_DIR`. */
  readonly temporary: string;
  /** Below it each cache key has its folder. */
  readonly cache: string;
}

export interface FindWorkplace {
  readonly job: Job;
  readonly config: ShellConfig;
  readonly runner: Pick<RunnerFacts, 'shortToken' | 'slot'>;
  readonly gitStrategy: GitStrategy;
  readonly gitClonePath: string;
}

/**
 * Lays the folders out as gitlab-runner does: `BUILDS/TOKEN/SLOT/GROUP/PROJECT`, so that jobs
 * that run at once do not meet and those that follow each other find their clone.
 */
export function findWorkplace(options: FindWorkplace): Workplace {
  const { config, job, runner } = options;
  const slug = projectSlug(job);
  const usual = join(config.buildsDir, runner.shortToken, String(runner.slot), slug);
  const project =
    options.gitClonePath === ''
      ? // A folder of its own, since the clone that other jobs use would have to be removed.
        usual + (options.gitStrategy === 'empty' ? '-empty' : '')
      : chosenFolder(options.gitClonePath, config);
  return { project, temporary: `${project}.tmp`, cache: join(config.cacheDir, slug) };
}

/** `GROUP/PROJECT` from the repository's address, else from what GitLab says of the project. */
export function projectSlug(job: Job): string {
  const fromUrl = URL.parse(job.git.url.reveal());
  const path = fromUrl === null || fromUrl.host === '' ? job.project.path : fromUrl.pathname;
  const slug = normalize(`/${decodeSlug(path)}`)
    .slice(1)
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const isUsable = slug !== '' && !slug.split('/').includes('..') && basename(slug) !== '.git';
  return isUsable ? slug : `project-${job.project.id}`;
}

function decodeSlug(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** @throws JobFailed where the job chose a folder that it may not have. */
function chosenFolder(path: string, { buildsDir, customBuildDir }: ShellConfig): string {
  if (!customBuildDir) {
    throw unusable('setting GIT_CLONE_PATH is not allowed, enable `custom_build_dir` feature');
  }
  const folder = resolve(buildsDir, path);
  const below = relative(buildsDir, folder);
  if (below === '' || below === '..' || below.startsWith('../') || isAbsolute(below)) {
    throw unusable(`the GIT_CLONE_PATH="${path}" has to be within "${buildsDir}"`);
  }
  return folder;
}

function unusable(message: string): JobFailed {
  const failureReason = 'runner_configuration_error';
  return new JobFailed({ reason: 'step-failed', step: 'prepare', message, failureReason });
}
