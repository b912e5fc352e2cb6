import { RunnerError } from '../errors.ts';
import { JobActor } from './job-actor.ts';
import type { JobEvent } from './job-event.ts';

/**
 * Folds a job's log into its machine.
 *
 * @throws {@link RunnerError} `EVENT_LOG_CORRUPT` where the log does not begin with `job.received`
 *   or holds an event that the machine cannot take: that is a bug or a damaged store, never data
 *   to be passed over.
 */
export function replayJob(events: Iterable<JobEvent>): JobActor {
  let actor: JobActor | undefined;
  let position = 0;
  for (const event of events) {
    actor = feed(actor, event, position);
    position += 1;
  }
  if (actor === undefined) throw corrupt('the log of a job is empty');
  return actor;
}

function feed(actor: JobActor | undefined, event: JobEvent, position: number): JobActor {
  if (event.type === 'job.received') {
    if (actor !== undefined) throw corrupt(`job.received again at position ${position}`);
    return new JobActor(event);
  }
  if (actor === undefined) throw corrupt(`the log begins with ${event.type}`);
  const { name } = actor.state;
  if (!actor.take(event)) {
    throw corrupt(`${event.type} at position ${position} does not apply in ${name}`);
  }
  return actor;
}

function corrupt(what: string): RunnerError {
  return new RunnerError('EVENT_LOG_CORRUPT', `The event log is damaged: ${what}.`);
}
