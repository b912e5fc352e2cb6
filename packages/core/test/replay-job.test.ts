import { JobActor, nextAction, nextTimeout, replayJob, type JobEvent } from '@fellrunner/core';
import { aLog, fact, received, recordedLogs, stamped } from '@fellrunner/testkit';
import { describe, expect, test } from 'vitest';

describe.each(recordedLogs)('the log of $title', ({ events, outcome }) => {
  test('leads to one next action at every point at which a runner may have died', () => {
    for (let length = 1; length <= events.length; length += 1) {
      const { state } = replayJob(events.slice(0, length));
      const actions = [nextAction(state), nextAction(replayJob(events.slice(0, length)).state)];
      expect(actions[0]?.do).toEqual(expect.any(String));
      expect(actions[1]).toEqual(actions[0]);
    }
  });

  test('is taken up by job.resumed at every point but the last', () => {
    for (let length = 1; length < events.length; length += 1) {
      const actor = replayJob(events.slice(0, length));
      const [resumed] = stamped([fact.resumed()], length);
      expect(takes(actor, resumed!)).toBe(true);
      expect(nextAction(actor.state).do).toEqual(expect.any(String));
    }
    const [resumed] = stamped([fact.resumed()], events.length);
    expect(takes(replayJob(events), resumed!)).toBe(false);
  });

  test('has at every point a deadline that the machine would heed, or none', () => {
    for (let length = 1; length <= events.length; length += 1) {
      const actor = replayJob(events.slice(0, length));
      const timeout = nextTimeout(actor.state.context);
      if (timeout === undefined) continue;
      const event = { ...fact.timedOut(timeout.scope, timeout.limitMs), at: timeout.at };
      expect(takes(actor, event as JobEvent), `${timeout.scope} in ${actor.state.name}`).toBe(true);
    }
  });

  test('gives the outcome that was committed', () => {
    expect(replayJob(events).state.context.outcome).toEqual(outcome);
  });
});

describe('a log that no machine has written', () => {
  test.each<[string, JobEvent[], RegExp]>([
    ['is empty', [], /empty/],
    ['has no beginning', stamped([fact.resumed()]), /begins with job\.resumed/],
    ['begins twice', [received(), received()], /job\.received again at position 1/],
    [
      'has an event out of its place',
      aLog({}, fact.finished({ status: 'success' })),
      /job\.finished at position 1 does not apply in requested/,
    ],
    [
      'goes on after its end',
      aLog({ steps: [] }, fact.finished({ status: 'success' }), fact.closed(), fact.resumed()),
      /position 3/,
    ],
  ])('that %s is refused, and the place is named', (_what, events, message) => {
    expect(() => replayJob(events)).toThrow(
      expect.objectContaining({
        code: 'EVENT_LOG_CORRUPT',
        message: expect.stringMatching(message),
      }),
    );
  });
});

/** Whether the event applies; one that does is taken. */
function takes(actor: JobActor, event: JobEvent): boolean {
  return event.type !== 'job.received' && actor.take(event);
}
