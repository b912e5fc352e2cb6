import { decodePath, renderSelection, selectFiles, type Selection } from '@fellrunner/archive';
import type { ExecutorScope } from '@fellrunner/core';

import { gitEnvironment } from '../git/git-environment.ts';
import { helperLine } from '../log/log-text.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { runProgram } from '../shell/run-program.ts';
import { asUser } from '../shell/shell-user.ts';

export interface SelectProjectFiles {
  readonly purpose: 'artifacts' | 'cache';
  readonly paths: readonly string[];
  readonly exclude?: readonly string[];
  readonly untracked: boolean;
  /** The stage or entry whose mark git gets, where it is asked for untracked files. */
  readonly stage: string;
}

/** Picks files of the project's folder and says in the log what was found. */
export async function selectProjectFiles(
  ctx: ExecutorScope,
  plan: JobPlan,
  wanted: SelectProjectFiles,
): Promise<Selection> {
  const { running, workplace } = plan;
  const expand = (pattern: string): string => running.variables.expand(pattern);
  const selection = await selectFiles({
    root: workplace.project,
    paths: wanted.paths.map(expand),
    exclude: (wanted.exclude ?? []).map(expand),
    signal: ctx.signal,
    ...(wanted.untracked ? { untracked: () => listUntracked(ctx, plan, wanted.stage) } : {}),
  });
  const lines = renderSelection(selection, wanted.purpose);
  await ctx.log.write(lines.map(({ level, text }) => helperLine(level, text)).join(''));
  return selection;
}

/** What lies in the project's folder and is not in git's index; ignored files are among it. */
async function listUntracked(
  ctx: ExecutorScope,
  plan: JobPlan,
  stage: string,
): Promise<readonly string[]> {
  const { user } = plan.config;
  const command = ['git', 'ls-files', '-o', '-z'];
  const listed: Buffer[] = [];
  const end = await runProgram({
    command: user === undefined ? command : asUser(user, command),
    folder: plan.workplace.project,
    environment: gitEnvironment({ plan, stage, outerConfig: '/dev/null', password: '' }),
    mark: plan.markOf(stage),
    signal: ctx.signal,
    graceMs: ctx.runner.cancelGraceMs,
    async onOutput(chunk, source) {
      if (source === 'stdout') listed.push(chunk);
      else await ctx.log.write(chunk);
    },
  });
  if (end.exitCode !== 0) throw new Error(`exit status ${end.exitCode}`);
  return splitNames(Buffer.concat(listed));
}

function splitNames(bytes: Buffer): readonly string[] {
  const names: string[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(0, from);
    names.push(decodePath(bytes.subarray(from, to)));
    from = to + 1;
  }
  return names;
}
