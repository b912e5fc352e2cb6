import {
  createActor,
  initialTransition,
  type AnyActorScope,
  type SnapshotFrom,
  type StateValue,
} from 'xstate';

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

  /** Whether an event would apply as the job stands. */
  can(event: LaterEvent): boolean {
    return this.#snapshot.can(event);
  }

  /**
   * Feeds an event; false where it does not apply as the job stands, and then it changes nothing
   * and must not reach the log.
   */
  take(event: LaterEvent): boolean {
    const next = jobMachine.transition(this.#snapshot, event, scopeFor(this.#snapshot));
    // xstate gives the same snapshot back where no transition was enabled.
    if (next === this.#snapshot) return false;
    this.#snapshot = next;
    this.#state = undefined;
    return true;
  }
}

let scope: AnyActorScope | undefined;

/**
 * The surroundings that a transition asks for. xstate's own `transition` makes them anew for each
 * event, with an actor that begins without its input; the machine has no actions that use them.
 */
function scopeFor(snapshot: Snapshot): AnyActorScope {
  if (scope !== undefined) return scope;
  const self = createActor(jobMachine, {
    snapshot,
    input: { type: 'job.received', at: 0, data: snapshot.context.job },
  });
  const ignore = (): void => undefined;
  scope = {
    self,
    id: self.id,
    sessionId: self.sessionId,
    system: self.system,
    logger: ignore,
    defer: ignore,
    emit: ignore,
    stopChild: ignore,
    actionExecutor: ignore,
  };
  return scope;
}

function stateName(value: StateValue): JobStateName {
  if (typeof value === 'string') return value as JobStateName;
  const [[parent, child] = []] = Object.entries(value);
  if (typeof child !== 'string')
    throw new TypeError('The machine has states in states, no deeper.');
  return `${parent}.${child}` as JobStateName;
}
