import {
  describeFailure,
  type ExecutorScope,
  type Job,
  type JobExecutor,
  type JobOutcome,
  type StageContext,
  type UploadAnswer,
} from '@fellrunner/core';

import { artifactsWanted, downloadArtifacts } from '../artifacts/download-artifacts.ts';
import { packArtifact } from '../artifacts/pack-artifact.ts';
import { archiveCache } from '../cache/archive-cache.ts';
import { cachesOf } from '../cache/job-caches.ts';
import { restoreCache } from '../cache/restore-cache.ts';
import { doesWithoutSources, getSources } from '../git/get-sources.ts';
import { errorLine, helperLine, noticeLine } from '../log/log-text.ts';
import { shellCommand } from '../script/shell-command.ts';
import { endStrays } from '../step/end-step.ts';
import { runStep } from '../step/run-step.ts';
import { StepLauncher } from '../step/step-launcher.ts';
import { cleanUp } from './clean-up.ts';
import { planJob, type JobPlan } from './job-plan.ts';
import { prepareJob, unpreparedText } from './prepare-job.ts';
import { toShellConfig } from './shell-config.ts';
import type { ShellOptions } from './shell-options.ts';

type Stage = (ctx: StageContext, plan: JobPlan) => Promise<void>;

const PREPARATION: ReadonlyMap<string, Stage> = new Map([
  ['prepare', prepare],
  ['get_sources', getSources],
  ['restore_cache', restoreCache],
  ['download_artifacts', downloadArtifacts],
]);

const CONCLUSION: ReadonlyMap<string, Stage> = new Map([['archive_cache', archiveCache]]);

/**
 * Runs jobs in a shell of the runner's machine, as gitlab-runner's executor of that name does.
 *
 * @throws RunnerError `CONFIG_INVALID` where the options cannot be used on this machine.
 */
export function createShellExecutor(options: ShellOptions): JobExecutor {
  const config = toShellConfig(options);
  const launcher = new StepLauncher(shellCommand(config), config.inherited);
  /** A thread meets the same job in each of its calls. */
  const plans = new WeakMap<Job, JobPlan>();
  const planOf = ({ job, runner }: ExecutorScope): JobPlan => {
    const plan = plans.get(job) ?? planJob(job, runner, config);
    plans.set(job, plan);
    return plan;
  };
  return {
    name: 'shell',
    isolation: 'shared',
    preparation: [...PREPARATION.keys()],
    conclusion: [...CONCLUSION.keys()],
    stagesOf,
    async stage(ctx) {
      const plan = await planStage(ctx, planOf);
      // The git of a runner that was killed may still be at work in the project's folder.
      if (ctx.isResumed) await endStrays(plan.markOf(ctx.stage), ctx.runner.cancelGraceMs);
      await (PREPARATION.get(ctx.stage) ?? CONCLUSION.get(ctx.stage))?.(ctx, plan);
    },
    step: (ctx) => runStep(ctx, planOf(ctx), launcher),
    pack: (ctx) => packArtifact(ctx, planOf(ctx)),
    cleanup: (ctx) => cleanUp(ctx, planOf(ctx)),
    uploadLine,
    epilogue,
  };
}

/** What a job cannot have is found out in its first stage, below a heading as any other log has. */
async function planStage(
  ctx: StageContext,
  planOf: (ctx: StageContext) => JobPlan,
): Promise<JobPlan> {
  try {
    return planOf(ctx);
  } catch (error) {
    await ctx.log.write(unpreparedText(ctx));
    throw error;
  }
}

/** Where there are no sources to get, a stage of their own would only be one more commit. */
async function prepare(ctx: StageContext, plan: JobPlan): Promise<void> {
  await prepareJob(ctx, plan);
  if (doesWithoutSources(ctx.job)) await getSources(ctx, plan);
}

/** A job without sources, caches and dependencies has nothing to do in their stages. */
function stagesOf(job: Job): Pick<JobExecutor, 'preparation' | 'conclusion'> {
  const needless = new Set([
    ...(doesWithoutSources(job) ? ['get_sources'] : []),
    ...(cachesOf(job).length === 0 ? ['restore_cache', 'archive_cache'] : []),
    ...(artifactsWanted(job).size === 0 ? ['download_artifacts'] : []),
  ]);
  const needed = (stages: ReadonlyMap<string, Stage>): readonly string[] =>
    [...stages.keys()].filter((stage) => !needless.has(stage));
  return { preparation: needed(PREPARATION), conclusion: needed(CONCLUSION) };
}

function uploadLine({ entry, httpStatus, jobId, message }: UploadAnswer): string {
  const text = `Uploading artifacts as "${entry.type}" to coordinator... ${httpStatus} ${message}`;
  return helperLine(httpStatus === 201 ? 'info' : 'error', text, { id: jobId });
}

function epilogue(outcome: JobOutcome): string | undefined {
  switch (outcome.status) {
    case 'success':
      return noticeLine('Job succeeded');
    case 'failed':
      return errorLine(`Job failed: ${describeFailure(outcome.failure)}`);
    case 'canceled':
      return errorLine('Job failed: canceled');
    case 'abandoned':
      return undefined;
  }
}
