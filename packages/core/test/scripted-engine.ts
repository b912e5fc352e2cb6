import {
  JobActor,
  nextAction,
  outcomeOf,
  type JobAction,
  type JobEvent,
  type JobState,
} from '@fellrunner/core';
import { fact, received, RECEIVED_AT, type Fact, type ReceivedWishes } from '@fellrunner/testkit';

type LaterEvent = Parameters<JobActor['take']>[0];

/** Does what each state asks for, as an engine would, and lets a test interfere in between. */
export class ScriptedEngine {
  readonly actor: JobActor;
  readonly log: JobEvent[];

  constructor(wishes: ReceivedWishes = {}) {
    const first = received(wishes);
    this.actor = new JobActor(first);
    this.log = [first];
  }

  get state(): JobState {
    return this.actor.state;
  }

  /** Takes a fact where it applies; false where it is dropped. */
  offer(offered: Fact): boolean {
    const event = { ...offered, at: RECEIVED_AT + this.log.length * 1000 } as LaterEvent;
    if (!this.actor.take(event)) return false;
    this.log.push(event);
    return true;
  }

  /** Takes facts that must apply. */
  tell(...facts: readonly Fact[]): this {
    for (const told of facts) {
      if (!this.offer(told)) throw new Error(`${told.type} does not apply in ${this.state.name}`);
    }
    return this;
  }

  /** Does the one thing that the state asks for, with success. */
  step(): JobAction {
    const action = nextAction(this.state);
    const done = factOf(action, this.state);
    if (done !== undefined) this.tell(done);
    return action;
  }

  /** Goes on until the job is closed. */
  finish(): this {
    for (let steps = 0; this.state.name !== 'finished.closed'; steps += 1) {
      if (steps > 100) throw new Error(`the job does not leave ${this.state.name}`);
      this.step();
    }
    return this;
  }
}

function factOf(action: JobAction, { context }: JobState): Fact | undefined {
  switch (action.do) {
    case 'begin-stage':
      return fact.stageBegan(action.stage);
    case 'begin-step':
      return fact.stepBegins(action.step);
    case 'run-stage':
      return fact.stageEnded(action.stage);
    case 'run-step':
      return fact.stepEnded(action.step);
    case 'end-work':
      return context.work?.kind === 'stage'
        ? fact.stageEnded(context.work.stage)
        : fact.stepEnded(context.work?.step ?? 0);
    case 'upload':
      return fact.uploaded(action.entry);
    case 'clean':
      return fact.cleaned();
    case 'finish':
      return fact.finished(outcomeOf(context));
    case 'report':
      return fact.closed();
    case 'forget':
      return undefined;
  }
}
