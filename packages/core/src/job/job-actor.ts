import { initialTransition, transition, type SnapshotFrom, type StateValue } from 'xstate';

import type { JobContext } from './job-context.ts';
import type { JobEvent, JobReceived } from './job-event.ts';
import { jobMachine } from './job-machine.ts';

type Snapshot = SnapshotFrom<typeof jobMachine>;
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
  #snapshot: Snapshot;
  #state: JobState | undefined;

  constructor(received: JobReceived) {
    [this.#snapshot] = initialTransition(jobMachine, received);
  }

  get state(): JobState {
    this.#state ??= {
      name: stateName(this.#snapshot.value),
      context: this.#snapshot.context,
    };
    return this.#state;
  }

  /** Whether the event applies as the job stands; one that does not must not reach the log. */
  can(event: LaterEvent): boolean {
    return this.#snapshot.can(event);
  }

  /** Feeds an event that {@link can} has let pass, or that the log holds. */
  take(event: LaterEvent): JobState {
    [this.#snapshot] = transition(jobMachine, this.#snapshot, event);
    this.#state = undefined;
    return this.state;
  }
}

function stateName(value: StateValue): JobStateName {
  if (typeof value === 'string') return value as JobStateName;
  const [[parent, child] = []] = Object.entries(value);
  if (typeof child !== 'string')
    throw new TypeError('The machine has states in states, no deeper.');
  return `${parent}.${child}` as JobStateName;
}
