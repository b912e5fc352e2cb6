import { toFailureReason, type Logger } from '@fellrunner/core';

import { describeOutcome } from '../store/job-words.ts';
import { formatAge } from '../terminal/time-text.ts';
import type { JobObserver } from './observed-log.ts';

/** Writes a line of the program's log for each event that an operator wants to know of. */
export function logJobs(logger: Logger): JobObserver {
  return ({ facts, receivedAt }, event) => {
    const job = { job: facts.gitlabId };
    switch (event.type) {
      case 'job.received':
        logger.info(
          { ...job, name: facts.name, project: facts.project, runner: facts.runner },
          'job received',
        );
        return;
      case 'job.resumed':
        logger.info({ ...job, name: facts.name, project: facts.project }, 'job goes on');
        return;
      case 'job.cancel-requested':
        logger.info(job, 'job is canceled at GitLab');
        return;
      case 'job.timed-out':
        logger.warn(
          { ...job, limit: formatAge(event.data.limitMs) },
          `${event.data.scope} timed out`,
        );
        return;
      case 'job.finished': {
        const { outcome } = event.data;
        const reason = outcome.status === 'failed' ? toFailureReason(outcome.failure) : undefined;
        const took = formatAge(event.at - receivedAt);
        logger.info({ ...job, took, reason }, `job ${describeOutcome(outcome)}`);
        return;
      }
      case 'report.deferred':
        logger.warn(job, `the report waits: ${event.data.why}`);
        return;
      default:
        logger.debug({ ...job, ...event.data }, event.type);
    }
  };
}
