import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { removeTree } from '@fellrunner/archive';
import {
  JobFailed,
  messageOf,
  type Job,
  type JobFailure,
  type StageContext,
} from '@fellrunner/core';

import { inSection, writeSection } from '../log/in-section.ts';
import { noticeLine } from '../log/log-text.ts';
import { HookFailed, runHook } from '../script/run-hook.ts';
import { withAttempts } from '../shell/attempts.ts';
import { makeFolder } from '../shell/folders.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { fetchSources, isBrokenHere, type SourceFetch } from './fetch-sources.ts';
import { gitEnvironment } from './git-environment.ts';
import { outerConfig } from './git-config.ts';
import { Git, GitFailed } from './git.ts';
import { findRemote } from './remote.ts';

/** The name of the settings that git needs for the job's time only, beside the project. */
export const OUTER_CONFIG_FILE = 'git.config';

/** Whether a job says itself that it wants no sources, whatever the configuration says. */
export function doesWithoutSources(job: Job): boolean {
  return ['none', 'empty'].includes(job.variables.value('GIT_STRATEGY'));
}

/** Brings the project's folder to the state that `GIT_STRATEGY` and its like ask for. */
export async function getSources(ctx: StageContext, plan: JobPlan): Promise<void> {
  const { project } = plan.workplace;
  const { gitStrategy } = plan.settings;
  if (gitStrategy === 'none' || gitStrategy === 'empty') {
    if (gitStrategy === 'empty') await removeTree(project);
    makeFolder(project, plan.config.user);
    return writeSection(ctx, 'get_sources', withoutSources(gitStrategy));
  }
  try {
    await fetchInAttempts(ctx, plan);
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    throw new JobFailed(failureOf(error), { cause: error });
  }
}

/** A git or a hook that fails is the project's affair, as in gitlab-runner; all else is the runner's. */
function failureOf(error: unknown): JobFailure {
  if (error instanceof GitFailed || error instanceof HookFailed) {
    return { reason: 'step-exited', step: 'get_sources', exitCode: error.exitCode };
  }
  return { reason: 'stage-failed', stage: 'get_sources', message: messageOf(error) };
}

function withoutSources(strategy: 'none' | 'empty'): string {
  const folder = strategy === 'empty' ? ' and creating an empty build directory' : '';
  return (
    noticeLine(`Skipping Git repository setup${folder}`) +
    noticeLine('Skipping Git checkout') +
    noticeLine('Skipping Git submodules setup')
  );
}

async function fetchInAttempts(ctx: StageContext, plan: JobPlan): Promise<void> {
  const { config, settings, workplace } = plan;
  const fetch = await prepareFetch(ctx, plan);
  const attempts = { times: settings.getSourcesAttempts, delayMs: config.retryDelayMs };
  let failure: unknown;
  await withAttempts(ctx, attempts, async (number) => {
    if (number === 2 && isBrokenHere(failure)) {
      await inSection(ctx, 'clear_worktree', () => removeTree(workplace.project));
    }
    try {
      await inSection(ctx, 'get_sources', () => fetchBetweenHooks(ctx, fetch));
    } catch (error) {
      failure = error;
      throw error;
    }
  });
}

async function fetchBetweenHooks(ctx: StageContext, fetch: SourceFetch): Promise<void> {
  const { plan } = fetch;
  const { config, job, workplace } = plan;
  const { postGetSources, preGetSources } = config.scripts;
  const hook = (name: string): readonly string[] => job.hooks.get(name) ?? [];
  await runHook(ctx, plan, {
    prefix: 'pre_clone_script',
    script: [preGetSources, ...hook('pre_get_sources_script')].filter(Boolean),
    folder: workplace.temporary,
  });
  await fetchSources(fetch);
  await runHook(ctx, plan, {
    prefix: 'post_clone_script',
    script: [...hook('post_get_sources_script'), postGetSources].filter(Boolean),
    folder: workplace.project,
  });
}

async function prepareFetch(ctx: StageContext, plan: JobPlan): Promise<SourceFetch> {
  const remote = findRemote(plan);
  const path = join(plan.workplace.temporary, OUTER_CONFIG_FILE);
  const { settings } = plan;
  const text = outerConfig({ remote, tls: tlsSettings(plan), usesBundleUris: settings.bundleUris });
  await writeFile(path, text, { mode: 0o600 });
  const { user } = plan.config;
  if (user !== undefined) await chown(path, user.uid, user.gid);
  const environment = gitEnvironment({
    plan,
    stage: ctx.stage,
    outerConfig: path,
    password: remote.password,
  });
  return {
    plan,
    git: new Git(ctx, plan, environment),
    remote,
    outerConfig: path,
    write: (line) => ctx.log.write(line),
  };
}

const TLS_SETTINGS = [
  ['CI_SERVER_TLS_CA_FILE', 'sslCAInfo'],
  ['CI_SERVER_TLS_CERT_FILE', 'sslCert'],
  ['CI_SERVER_TLS_KEY_FILE', 'sslKey'],
] as const;

function tlsSettings({ running }: JobPlan): ReadonlyMap<string, string> {
  const known = TLS_SETTINGS.flatMap(([variable, setting]) => {
    const path = running.variables.value(variable);
    return path === '' ? [] : [[setting, path] as const];
  });
  return new Map(known);
}
