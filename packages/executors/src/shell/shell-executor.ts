import type {
  ExecutorScope,
  Job,
  JobExecutor,
  PackContext,
  PackedArtifact,
  StageContext,
} from '@fellrunner/core';

import { runStep } from '../step/run-step.ts';
import { planJob, type JobPlan } from './job-plan.ts';
import { toShellConfig } from './shell-config.ts';
import type { ShellOptions } from './shell-options.ts';

/** Runs jobs in a shell of the runner's machine, as gitlab-runner's executor of that name does. */
export function createShellExecutor(options: ShellOptions): JobExecutor {
  const config = toShellConfig(options);
  const plans = new WeakMap<Job, JobPlan>();
  const planOf = ({ job, runner }: ExecutorScope): JobPlan => {
    const plan = plans.get(job) ?? planJob(job, runner, config);
    plans.set(job, plan);
    return plan;
  };
  return {
    name: 'shell',
    isolation: 'shared',
    preparation: [],
    conclusion: [],
    stage: async () => undefined,
    step: (ctx) => runStep(ctx, planOf(ctx)),
    pack: async () => undefined,
  };
}
