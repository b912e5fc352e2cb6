import { describeFailure, type StoredEvent } from '@fellrunner/core';

import { describeOutcome } from './job-words.ts';

/**
 * An event's data without what a configuration may have put there in confidence: of an
 * executor's options only their names are kept.
 */
export function withoutOptions(event: StoredEvent): StoredEvent {
  if (event.type !== 'job.received') return event;
  const { options, ...executor } = event.data.executor;
  if (options === undefined) return event;
  const names = typeof options === 'object' && options !== null ? Object.keys(options) : [];
  const masked = Object.fromEntries(names.map((name) => [name, '[MASKED]']));
  return { ...event, data: { ...event.data, executor: { ...executor, options: masked } } };
}

/** The data of an event in a few words. */
export function describeEvent(event: StoredEvent, steps: readonly string[]): string {
  switch (event.type) {
    case 'job.received': {
      const { executor, name, project, runner } = event.data;
      return `${name} of ${project}, by ${runner} (${executor.name})`;
    }
    case 'stage.started':
      return event.data.stage;
    case 'stage.finished':
      return `${event.data.stage}${withFailure(event.data.failure)}`;
    case 'step.starting':
      return stepName(event.data.step, steps);
    case 'step.started':
      return `${stepName(event.data.step, steps)}, process ${event.data.pid}`;
    case 'step.finished':
      return `${stepName(event.data.step, steps)}${withFailure(event.data.failure)}`;
    case 'once.committed':
      return `${event.data.key} of ${stepName(event.data.step, steps)}`;
    case 'job.resumed':
      return `by fellrunner ${event.data.runnerVersion}`;
    case 'job.timed-out':
      return `${event.data.scope}, after ${event.data.limitMs / 1000} s`;
    case 'job.abandoned':
      return [String(event.data.httpStatus), event.data.jobStatus].filter(Boolean).join(' ');
    case 'artifact.uploaded':
      return `entry ${event.data.entry}, ${event.data.bytes} bytes`;
    case 'artifact.skipped':
      return `entry ${event.data.entry}`;
    case 'artifact.failed':
      return `entry ${event.data.entry}${withFailure(event.data.failure)}`;
    case 'cleanup.finished':
      return event.data.error ?? '';
    case 'job.finished':
      return describeOutcome(event.data.outcome);
    case 'report.deferred':
      return event.data.why;
    case 'job.closed':
      return `${event.data.httpStatus}, ${event.data.traceBytes} bytes of log`;
    case 'job.cancel-requested':
    case 'job.interrupted':
      return '';
    default:
      // A newer version's event: its name is all that can be said.
      return '';
  }
}

function stepName(step: number, steps: readonly string[]): string {
  return steps[step] ?? `step ${step}`;
}

function withFailure(failure: Parameters<typeof describeFailure>[0] | undefined): string {
  return failure === undefined ? '' : `: ${describeFailure(failure)}`;
}
