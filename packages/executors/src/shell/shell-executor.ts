import type { ExecutorScope, JobExecutor, StageContext } from '@fellrunner/core';

import { getSources } from '../git/get-sources.ts';
import { endStrays } from '../step/end-step.ts';
import { runStep } from '../step/run-step.ts';
import { planJob, type JobPlan } from './job-plan.ts';
import { prepareJob } from './prepare-job.ts';
import { toShellConfig } from './shell-config.ts';
import type { ShellOptions } from './shell-options.ts';

type Stage = (ctx: StageContext, plan: JobPlan) => Promise<void>;

const STAGES: Readonly<Record<string, Stage>> = {
  prepare: prepareJob,
  get_sources: getSources,
};

/** Runs jobs in a shell of the runner's machine, as gitlab-runner's executor of that name does. */
export function createShellExecutor(options: ShellOptions): JobExecutor {
  const config = toShellConfig(options);
  const planOf = ({ job, runner }: ExecutorScope): JobPlan => planJob(job, runner, config);
  return {
    name: 'shell',
    isolation: 'shared',
    preparation: ['prepare', 'get_sources'],
    conclusion: [],
    async stage(ctx) {
      const plan = planOf(ctx);
      // The git of a runner that was killed may still be at work in the project's folder.
      if (ctx.isResumed) await endStrays(plan.markOf(ctx.stage), ctx.runner.cancelGraceMs);
      await STAGES[ctx.stage]?.(ctx, plan);
    },
    step: (ctx) => runStep(ctx, planOf(ctx)),
    pack: async () => undefined,
  };
}
