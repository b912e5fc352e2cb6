import {
  RunnerError,
  type Clock,
  type GitLabClient,
  type Job,
  type JobOutcome,
  type RunnerInfo,
} from '@fellrunner/core';

import type { JobAcceptance } from '../job-acceptance.ts';
import { deliverReport, type ReportEnd } from '../report-delivery.ts';
import type { SessionOutcome } from './job-text.ts';
import type { SessionTrace } from './session-trace.ts';

export interface OutcomeReport {
  readonly client: GitLabClient;
  readonly clock: Clock;
  readonly info: RunnerInfo;
  readonly job: Job;
  readonly outcome: SessionOutcome;
  readonly trace: SessionTrace;
  readonly acceptance: JobAcceptance;
  readonly signal: AbortSignal;
}

/** Brings the rest of a session's log to GitLab, then its outcome. */
export async function reportOutcome(report: OutcomeReport): Promise<ReportEnd> {
  const { job, outcome, signal, trace } = report;
  const drained = await trace.drain(signal);
  if (drained.kind === 'gone') return drained;
  return deliverReport({
    ...report,
    spool: trace,
    job: { jobId: job.id, token: job.token.reveal() },
    outcome: toOutcome(outcome),
    knownReasons: job.features.failureReasons,
    onTrouble: () => undefined,
  });
}

/** GitLab has another word on the job: it was taken away, or somebody else has ended it. */
export function takenAway(
  id: number,
  { jobStatus = 'it has taken the job away, or deleted it', status }: ReportEnd & { kind: 'gone' },
): RunnerError {
  return new RunnerError(
    'GITLAB_UNAUTHORIZED',
    `GitLab does not take the result of job ${id} (${status}): ${jobStatus}.`,
  );
}

function toOutcome(outcome: SessionOutcome): JobOutcome {
  if (outcome.status === 'success') return outcome;
  const { exitCode, reason } = outcome;
  return {
    status: 'failed',
    failure: {
      reason: 'step-failed',
      step: 'script',
      message: reason,
      failureReason: reason,
      ...(exitCode === undefined ? {} : { exitCode }),
    },
  };
}
