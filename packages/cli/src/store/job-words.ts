import { describeFailure, toFailureReason, type JobOutcome } from '@fellrunner/core';
import type { JobSummary } from '@fellrunner/persistence';

import { printable } from '../terminal/printable.ts';

/** `success`, `failed: exit status 1`: an outcome as a person reads it. */
export function describeOutcome(outcome: JobOutcome): string {
  switch (outcome.status) {
    case 'success':
    case 'canceled':
      return outcome.status;
    case 'failed':
      return `failed: ${describeFailure(outcome.failure)}`;
    case 'abandoned': {
      const word = outcome.jobStatus === undefined ? '' : `, the job is ${outcome.jobStatus}`;
      return `abandoned: GitLab answered ${outcome.httpStatus}${word}`;
    }
  }
}

/** The state's name, and the outcome where there is one. */
export function describeState({ state, outcome, problem }: JobSummary): string {
  if (state === 'unreadable') return `unreadable: ${printable(problem ?? '')}`;
  if (outcome === undefined) return state;
  const word = printable(describeOutcome(outcome));
  return state === 'finished.closed' ? word : `${state} (${word})`;
}

/** GitLab's own word for a failure, for programs. */
export function failureReason(outcome: JobOutcome | undefined): string | undefined {
  return outcome?.status === 'failed' ? toFailureReason(outcome.failure) : undefined;
}

/** Where a person finds the job. */
export function jobPage({ url, project, gitlabId }: JobSummary): string {
  return project === '' ? `${url} (job ${gitlabId})` : `${url}/${project}/-/jobs/${gitlabId}`;
}
