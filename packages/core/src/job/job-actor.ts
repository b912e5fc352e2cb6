import { createJobContext, type JobContext } from './job-context.ts';
import type { JobEvent, JobReceived } from './job-event.ts';
import { FIRST_STATE, wayOn, wayThrough } from './job-table.ts';

type LaterEvent = Exclude<JobEvent, JobReceived>;

/** Where a job stands: the state's full name and all that is known besides. */
export interface JobState {
  readonly name: JobStateName;
  readonly context: JobContext;
}

export type JobStateName =
  | 'requested'
  | 'running.preparing'
  | 'running.script'
  | 'running.afterScript'
  | 'running.canceling'
  | 'running.ending'
  | 'uploading.concluding'
  | 'uploading.artifacts'
  | 'uploading.cleaning'
  | 'finished.reporting'
  | 'finished.closed';

/**
 * One job's machine, fed by its mailbox. It is ahead of the log by the events that are not
 * committed yet: so an input is judged against everything already decided.
 */
export class JobActor {
  #state: JobState;

  constructor(received: JobReceived) {
    this.#state = settle({ name: FIRST_STATE, context: createJobContext(received) }, received);
  }

  get state(): JobState {
    return this.#state;
  }

  /** Whether an event would apply as the job stands. */
  can(event: LaterEvent): boolean {
    const { context, name } = this.#state;
    return wayOn(name, { context, event }) !== undefined;
  }

  /**
   * Feeds an event; false where it does not apply as the job stands, and then it changes nothing
   * and must not reach the log.
   */
  take(event: LaterEvent): boolean {
    const { context, name } = this.#state;
    const input = { context, event };
    const way = wayOn(name, input);
    if (way === undefined) return false;
    this.#state = settle({ name: way.to ?? name, context: way.follow(input) }, event);
    return true;
  }
}

/** Goes on through states that a job does not stay in. */
function settle({ context, name }: JobState, event: JobEvent): JobState {
  const input = { context, event };
  const way = wayThrough(name, input);
  if (way === undefined) return { name, context };
  return settle({ name: way.to ?? name, context: way.follow(input) }, event);
}
