import { nextConclusion, nextPreparation, nextStep, nextUpload } from './job-context.ts';
import type { JobState } from './job-actor.ts';

/**
 * What is to be done in a state: exactly one thing. `begin-…` and `finish` only record what
 * follows from the state; the others have an effect outside and so wait for the commit.
 * Each may be done again after a crash.
 */
export type JobAction =
  | { readonly do: 'begin-stage'; readonly stage: string }
  | { readonly do: 'begin-step'; readonly step: number }
  | { readonly do: 'run-stage'; readonly stage: string }
  | { readonly do: 'run-step'; readonly step: number }
  /** What runs is to end; its end is then recorded like any other. */
  | { readonly do: 'end-work' }
  | { readonly do: 'upload'; readonly entry: number }
  | { readonly do: 'clean' }
  | { readonly do: 'finish' }
  | { readonly do: 'report' }
  | { readonly do: 'forget' };

/** Derives a job's next action from where it stands, so a crash in between is healed by a replay. */
export function nextAction({ name, context }: JobState): JobAction {
  switch (name) {
    case 'requested':
    case 'running.preparing':
    case 'running.script':
    case 'running.afterScript':
      return workOn(context);
    case 'running.canceling':
    case 'running.ending':
      return { do: 'end-work' };
    case 'uploading.concluding':
      return conclude(context);
    case 'uploading.artifacts':
      return upload(context);
    case 'uploading.cleaning':
      return context.cleaned || !context.job.executor.cleans || !context.anyWorkBegun
        ? { do: 'finish' }
        : { do: 'clean' };
    case 'finished.reporting':
      return { do: 'report' };
    case 'finished.closed':
      return { do: 'forget' };
  }
}

function workOn(context: JobState['context']): JobAction {
  const { work } = context;
  if (work?.kind === 'stage') return { do: 'run-stage', stage: work.stage };
  if (work?.kind === 'step') return { do: 'run-step', step: work.step };
  const stage = nextPreparation(context);
  if (stage !== undefined && !context.anyStepBegun) return { do: 'begin-stage', stage };
  const step = nextStep(context);
  if (step === undefined) throw new Error('A job with nothing left to run is still running.');
  return { do: 'begin-step', step };
}

function conclude(context: JobState['context']): JobAction {
  const { work, ending } = context;
  if (work?.kind === 'stage') {
    const isOver =
      ending !== undefined && ending.kind !== 'canceling' && ending.kind !== 'timed-out';
    return isOver ? { do: 'end-work' } : { do: 'run-stage', stage: work.stage };
  }
  const stage = nextConclusion(context);
  if (stage === undefined) throw new Error('A job with nothing left to conclude is still at it.');
  return { do: 'begin-stage', stage };
}

function upload(context: JobState['context']): JobAction {
  const entry = nextUpload(context);
  if (entry === undefined) throw new Error('A job with nothing left to upload is still uploading.');
  return { do: 'upload', entry };
}
