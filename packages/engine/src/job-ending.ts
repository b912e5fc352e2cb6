import { describeFailure, type Ending, type JobOutcome } from '@fellrunner/core';

import type { AbortReason } from './pool/worker-message.ts';

/** What a handler's signal says when its work is cut short. */
export function abortReason(ending: Ending | undefined): AbortReason {
  switch (ending?.kind) {
    case 'interrupted':
    case undefined:
      return 'abort';
    case 'canceling':
    case 'abandoned':
      return 'canceled';
    case 'step-timed-out':
    case 'timed-out':
    case 'grace-over':
      return 'timeout';
  }
}

/**
 * The runner's own words at the end of a job's log. A handler's log is its own, but for the
 * reason of a failure; an executor's ends as gitlab-runner's does, which tools look for.
 */
export function lastLine(outcome: JobOutcome, isHandler: boolean, isAtLineStart: boolean): string {
  const text = lastWords(outcome, isHandler);
  return text === '' || isAtLineStart ? text : `\n${text}`;
}

function lastWords(outcome: JobOutcome, isHandler: boolean): string {
  switch (outcome.status) {
    case 'success':
      return isHandler ? '' : '\u001B[32;1mJob succeeded\u001B[0;m\n';
    case 'failed':
      return failed(describeFailure(outcome.failure), isHandler);
    case 'canceled':
      return failed('canceled', isHandler);
    case 'abandoned':
      return '';
  }
}

function failed(why: string, isHandler: boolean): string {
  const text = `ERROR: Job failed: ${why}`;
  return isHandler ? `${text}\n` : `\u001B[31;1m${text}\n\u001B[0;m`;
}
