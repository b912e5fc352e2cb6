import type { JobEvent, JobFailure, JobOutcome } from '@fellrunner/core';

import { afterScript, aLog, fact, script, type Fact, type ReceivedWishes } from '../a-log.ts';

/** The whole log of one job, and how it ended. */
export interface RecordedLog {
  readonly title: string;
  readonly events: readonly JobEvent[];
  readonly outcome: JobOutcome;
}

/** What a recorded job is like, and what GitLab answers to its report. */
export interface RecordedJob {
  readonly title: string;
  readonly job?: ReceivedWishes;
  readonly outcome: JobOutcome;
  readonly httpStatus?: number;
}

/** The log of a job to which these things happened before its outcome stood, and then the end. */
export function recorded(
  { title, job = {}, outcome, httpStatus }: RecordedJob,
  ...facts: readonly Fact[]
): RecordedLog {
  const events = aLog(job, ...facts, fact.finished(outcome), fact.closed(httpStatus));
  return { title, outcome, events };
}

export const success: JobOutcome = { status: 'success' };
export const canceled: JobOutcome = { status: 'canceled' };

export function failed(failure: JobFailure): JobOutcome {
  return { status: 'failed', failure };
}

export const exited = { reason: 'step-exited', step: 'script', exitCode: 1 } as const;

export const twoSteps: ReceivedWishes = { steps: [script, afterScript] };

const PREPARATION = ['get_sources', 'restore_cache', 'download_artifacts'];

/** A job of the shell executor, with stages, and an artifact for each way to end. */
export const shell: ReceivedWishes = {
  ...twoSteps,
  executor: {
    module: 'file:///usr/lib/fellrunner/shell.ts',
    name: 'shell',
    isolation: 'shared',
    cleans: true,
    preparation: PREPARATION,
    conclusion: ['archive_cache'],
  },
  artifacts: [{ when: 'on_success' }, { when: 'on_failure' }, { when: 'always' }],
};

export const prepared = PREPARATION.flatMap((stage) => [
  fact.stageBegan(stage),
  fact.stageEnded(stage),
]);
export const scriptRuns = [fact.stepBegins(0), fact.stepClaimed(0)];
export const scriptPasses = [...scriptRuns, fact.stepEnded(0)];
export const afterScriptPasses = [fact.stepBegins(1), fact.stepClaimed(1), fact.stepEnded(1)];
export const concluded = [fact.stageBegan('archive_cache'), fact.stageEnded('archive_cache')];
