import { closeSync } from 'node:fs';
import { join } from 'node:path';

import type { StageContext } from '@fellrunner/core';

import { jobProcessEnvironment } from '../shell/job-process-environment.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { runProgram } from '../shell/run-program.ts';
import { endStrays } from '../step/end-step.ts';
import { shellCommand } from './shell-command.ts';
import { writeHookScript, type HookScript } from './step-script.ts';
import { openUnnamedFile } from './unnamed-file.ts';

/** A script around the sources that failed; what it said is in the job's log already. */
export class HookFailed extends Error {
  override readonly name = 'HookFailed';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit status ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a script that the job or the configuration puts around the sources, its output in the
 * job's log.
 *
 * @throws HookFailed where it exits with another code than 0.
 */
export async function runHook(ctx: StageContext, plan: JobPlan, hook: HookScript): Promise<void> {
  if (hook.script.length === 0) return;
  const { user } = plan.config;
  const mark = plan.markOf(ctx.stage);
  const script = openUnnamedFile(join(ctx.folder, 'hook'), writeHookScript(plan, hook), user);
  try {
    const end = await runProgram({
      command: shellCommand(plan.config),
      folder: '/',
      environment: jobProcessEnvironment(plan, ctx.stage),
      script,
      mark,
      signal: ctx.signal,
      graceMs: ctx.runner.cancelGraceMs,
      onOutput: (chunk) => ctx.log.write(chunk),
    });
    if (!mark.isKept) await endStrays(mark, ctx.runner.cancelGraceMs);
    if (end.exitCode !== 0) throw new HookFailed(end.exitCode);
  } finally {
    closeSync(script);
  }
}
