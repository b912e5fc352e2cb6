import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { removeTree } from '@fellrunner/archive';
import type { CleanupContext, ExecutorScope } from '@fellrunner/core';

import { uploadSectionEnd } from '../artifacts/pack-artifact.ts';
import { OUTER_CONFIG_FILE } from '../git/get-sources.ts';
import { gitEnvironment } from '../git/git-environment.ts';
import { noticeLine } from '../log/log-text.ts';
import { sectionEnd, sectionOf, sectionStart } from '../log/section.ts';
import { groupPath, removeSubgroups } from '../process/control-group.ts';
import { ENVIRONMENT_FILE } from '../script/step-script.ts';
import { endStrays } from '../step/end-step.ts';
import { isMissing } from './folders.ts';
import type { JobPlan } from './job-plan.ts';
import { runProgram } from './run-program.ts';
import { asUser } from './shell-user.ts';
import { removeVariableFiles } from './variable-files.ts';

/** Removes what is there for the job's time only, and ends what it may have left running. */
export async function cleanUp(ctx: ExecutorScope & CleanupContext, plan: JobPlan): Promise<void> {
  const section = sectionOf('cleanup_file_variables', ctx.job.features.traceSections);
  const now = Date.now();
  await ctx.log.write(uploadSectionEnd(ctx) + sectionStart(section, now));
  // A step that ended by itself has been cleared up behind already.
  if (ctx.outcome !== 'success') {
    await endStrays(plan.markOf('cleanup'), ctx.runner.cancelGraceMs);
  }
  removeVariableFiles(plan);
  const { ownGroup } = plan.config;
  if (ownGroup !== undefined) removeSubgroups(groupPath(ownGroup, plan.runner));
  removeTemporaries(plan.workplace.temporary);
  if (plan.settings.jobCleanup) await cleanProject(ctx, plan);
  await ctx.log.write(sectionEnd(section, Date.now()));
}

/** What an unpacking leaves whose runner was killed. */
const STAGING = /^\.fellrunner-unpack-/;

function removeTemporaries(folder: string): void {
  for (const name of namesIn(folder)) {
    if (name === ENVIRONMENT_FILE || name === OUTER_CONFIG_FILE || STAGING.test(name)) {
      rmSync(join(folder, name), { force: true, recursive: true });
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** `FF_ENABLE_JOB_CLEANUP`: the next job finds a clean folder, or none. */
async function cleanProject(ctx: ExecutorScope, plan: JobPlan): Promise<void> {
  const { config, settings, workplace } = plan;
  if (settings.gitStrategy === 'clone' || settings.gitStrategy === 'empty') {
    return removeTree(workplace.project);
  }
  if (settings.gitStrategy === 'none') {
    return ctx.log.write(noticeLine('Skipping build directory cleanup step'));
  }
  const environment = gitEnvironment({
    plan,
    stage: 'cleanup',
    outerConfig: '/dev/null',
    password: '',
  });
  const commands = [
    ...(settings.gitCleanFlags.length === 0 ? [] : [['clean', ...settings.gitCleanFlags]]),
    ['reset', '--hard'],
  ];
  for (const args of commands) {
    const command = ['git', ...args];
    await runProgram({
      command: config.user === undefined ? command : asUser(config.user, command),
      folder: workplace.project,
      environment,
      mark: plan.markOf('cleanup'),
      signal: ctx.signal,
      graceMs: ctx.runner.cancelGraceMs,
      onOutput: (chunk) => ctx.log.write(chunk),
    });
  }
}
