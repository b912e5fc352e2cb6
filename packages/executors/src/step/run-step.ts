import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';

import { faultPoint, JobFailed, type ExecutorStepContext, type JobFailure } from '@fellrunner/core';

import { sectionStart, stepSection } from '../log/section.ts';
import { groupPath, makeGroup } from '../process/control-group.ts';
import { formatMark } from '../process/process-mark.ts';
import { newestPid } from '../process/process-table.ts';
import { shellCommand } from '../script/shell-command.ts';
import { writeStepScript } from '../script/step-script.ts';
import { openUnnamedFile } from '../script/unnamed-file.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { writeVariableFiles } from '../shell/variable-files.ts';
import { closeStepLog, noteOn } from './close-step-log.ts';
import { endLeftovers, endStep, endStrays, type EndStep } from './end-step.ts';
import { startStep } from './start-step.ts';
import { followClaim } from './follow-claim.ts';
import { basePath, claimPath, outputPath, revokeClaim } from './step-claim.ts';
import type { StepLauncher } from './step-launcher.ts';
import { spawnStep, type StepCommand, type StepProcess } from './step-process.ts';
import { superviseStep, type SupervisedEnd } from './supervise-step.ts';

/**
 * Runs a step's script, or goes on with the one that an earlier runner started.
 *
 * @throws JobFailed where its exit code is not 0, or nothing tells it.
 */
export async function runStep(
  ctx: ExecutorStepContext,
  plan: JobPlan,
  launcher: StepLauncher,
): Promise<void> {
  if (ctx.phase === 'after_script' && ctx.script.length === 0) return;
  const base = basePath(ctx.folder, ctx.stepIndex);
  mkdirSync(ctx.folder, { recursive: true, mode: 0o700 });
  const raw = outputPath(base);
  const mark = plan.markOf(ctx.stepIndex);
  const graceMs = ctx.runner.cancelGraceMs;
  const start = { at: performance.now(), newestPid: newestPid() };
  const step = await startStep({
    base,
    stepName: ctx.phase,
    isResumed: ctx.isResumed,
    startingAt: ctx.startingAt,
    spawn: (attempt) => spawn(ctx, plan, { attempt, base, launcher }),
    endStrays: () => endStrays(mark, graceMs),
  });
  const ignoresErrors = plan.settings.afterScriptIgnoresErrors;
  try {
    throwUnlessSucceeded(ctx, await see(ctx, { step, raw, mark, graceMs, ignoresErrors }));
  } finally {
    await endLeftovers({ step, mark, graceMs }, step.isAdopted ? undefined : start);
    step.release?.();
  }
}

interface SpawnOptions {
  readonly attempt: number;
  readonly base: string;
  readonly launcher: StepLauncher;
}

async function spawn(
  ctx: ExecutorStepContext,
  plan: JobPlan,
  { attempt, base, launcher }: SpawnOptions,
): Promise<StepProcess> {
  if (ctx.signal.aborted) throw new JobFailed(neverBegun(ctx.phase));
  writeVariableFiles(plan);
  const { jobStatus, phase: step, script: commands } = ctx;
  const text = writeStepScript(plan, { step, script: commands, jobStatus });
  const script = openUnnamedFile(`${base}.script`, text, plan.config.user);
  writeHeading(ctx, outputPath(base));
  const command: StepCommand = {
    command: shellCommand(plan.config),
    environment: plan.config.inherited,
    mark: formatMark(plan.markOf(ctx.stepIndex)),
    group: enterable(plan),
    leavesDaemons: plan.settings.keepProcesses,
    script,
    base,
    attempt,
  };
  const { group } = command;
  try {
    faultPoint('before-spawn');
    const launch = await launcher.launch(command);
    faultPoint('after-spawn');
    if (launch.kind === 'not-started') return spawnStep(command);
    const claim = claimPath(base, attempt);
    if (launch.kind === 'unknown') {
      return revokeClaim(claim)
        ? spawnStep({ ...command, attempt: attempt + 1 })
        : followClaim({ claim, group, isAdopted: false });
    }
    const { ended, release } = launch;
    return followClaim({ claim, group, isAdopted: false, release }, ended);
  } finally {
    closeSync(script);
  }
}

/** Begins the step's output, unless an earlier attempt did. Whoever opens it later finds it. */
function writeHeading(ctx: ExecutorStepContext, raw: string): void {
  const file = openSync(raw, 'a', 0o600);
  try {
    if (fstatSync(file).size > 0) return;
    writeSync(file, sectionStart(stepSection(ctx.phase, isMarked(ctx)), Date.now()));
  } finally {
    closeSync(file);
  }
}

/**
 * The control group for the step, which is worth having and never needed. Daemons that are to be
 * kept would be in the way of the steps that come after them.
 */
function enterable({ config, runner, settings }: JobPlan): string | undefined {
  if (config.ownGroup === undefined || settings.keepProcesses) return undefined;
  const path = groupPath(config.ownGroup, runner);
  return makeGroup(path) ? path : undefined;
}

/** Brings the step's output into the log until it has ended; it never goes on unseen. */
async function see(
  ctx: ExecutorStepContext,
  options: EndStep & { readonly raw: string; readonly ignoresErrors: boolean },
): Promise<SupervisedEnd> {
  const { raw, step } = options;
  const supervised = superviseStep({
    step,
    raw,
    limitBytes: ctx.limits.rawBytes,
    signal: ctx.signal,
    claimed: (pid) => ctx.claimed(pid),
    end: () => endStep(options),
  });
  const logged = supervised.then((end) => {
    closeLog(ctx, options, end);
    return end;
  });
  try {
    await ctx.follow(raw, logged);
  } catch (error) {
    await endStep(options);
    await logged;
    throw error;
  }
  return logged;
}

function closeLog(
  ctx: ExecutorStepContext,
  { ignoresErrors, raw, step }: Parameters<typeof see>[1],
  { end }: SupervisedEnd,
): void {
  const section = stepSection(ctx.phase, isMarked(ctx));
  const exitCode = end.kind === 'exited' ? end.exitCode : undefined;
  const { reason } = ctx.signal as { readonly reason: unknown };
  const note = noteOn({ step: ctx.phase, section, exitCode, reason, ignoresErrors });
  closeStepLog({ raw, section, note, mayBeClosed: step.isAdopted });
}

function neverBegun(step: string): JobFailure {
  return { reason: 'step-failed', step, message: `${step} was ended before it began` };
}

function isMarked(ctx: ExecutorStepContext): boolean {
  return ctx.job.features.traceSections;
}

function throwUnlessSucceeded(ctx: ExecutorStepContext, { end, isTooLarge }: SupervisedEnd): void {
  const step = ctx.phase;
  if (isTooLarge) {
    throw new JobFailed({ reason: 'output-too-large', limitBytes: ctx.limits.rawBytes });
  }
  if (end.kind === 'lost') {
    throw new JobFailed({ reason: 'process-lost', step, message: end.why });
  }
  if (end.exitCode !== 0) {
    throw new JobFailed({ reason: 'step-exited', step, exitCode: end.exitCode });
  }
}
