import { nextAction, nextTimeout, replayJob, type JobEvent } from '@fellrunner/core';
import {
  afterScript,
  fact,
  received,
  RECEIVED_AT,
  script,
  type Fact,
  type ReceivedWishes,
} from '@fellrunner/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { getShortestPaths } from 'xstate/graph';

import { jobMachine } from '../src/job/job-machine.ts';
import { ScriptedEngine } from './scripted-engine.ts';

type LaterEvent = Exclude<JobEvent, { type: 'job.received' }>;

const exited = { reason: 'step-exited', step: 'script', exitCode: 1 } as const;

const shell: ReceivedWishes = {
  steps: [{ ...script, timeoutMs: 60_000 }, afterScript],
  artifacts: [{ when: 'always' }],
  executor: { cleans: true, preparation: ['get_sources'], conclusion: ['archive_cache'] },
};

/** One of each kind of event, some of them in two kinds. */
const everyFact: readonly Fact[] = [
  fact.stageBegan('get_sources'),
  fact.stageEnded('get_sources'),
  fact.stageBegan('archive_cache'),
  fact.stageEnded('archive_cache'),
  fact.stepBegins(0),
  fact.stepBegins(1),
  fact.stepClaimed(0),
  fact.once(0, 'submit'),
  fact.stepEnded(0),
  fact.stepEnded(0, exited),
  fact.stepEnded(1),
  fact.resumed(),
  fact.cancelRequested(),
  fact.timedOut('step', 60_000),
  fact.timedOut('job'),
  fact.timedOut('grace'),
  fact.interrupted(),
  fact.abandoned(403),
  fact.abandoned(403, 'canceled'),
  fact.uploaded(0),
  fact.skipped(0),
  fact.uploadFailed(0),
  fact.cleaned(),
  fact.finished({ status: 'success' }),
  fact.deferred('GitLab answers 502'),
  fact.closed(),
];

describe('the machine', () => {
  test('has no state that no job gets to', () => {
    const paths = getShortestPaths(jobMachine, {
      input: received(shell),
      events: everyFact.map((event) => ({ ...event, at: 0 })) as never,
      limit: 20_000,
      serializeState: ({ value, context: { ending, work, failure } }) =>
        JSON.stringify([value, ending?.kind, work, failure?.reason]),
    });
    const reached = new Set(paths.map(({ state }) => JSON.stringify(state.value)));
    const all = Object.values(jobMachine.states).flatMap((parent) => {
      const children = Object.keys(parent.states);
      return children.length === 0
        ? [JSON.stringify(parent.key)]
        : children.map((child) => JSON.stringify({ [parent.key]: child }));
    });
    expect([...reached].toSorted()).toEqual(all.toSorted());
  });

  test('brings every job to its end, whatever comes in between and how often it is taken up', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.constantFrom(...everyFact)), { maxLength: 40 }),
        fc.record({
          resumable: fc.boolean(),
          cleans: fc.boolean(),
          preparation: fc.constantFrom([], ['get_sources']),
          conclusion: fc.constantFrom([], ['archive_cache']),
        }),
        fc.subarray([...(shell.steps ?? [])]),
        (turns, executor, steps) => {
          const engine = new ScriptedEngine({ ...shell, steps, executor });
          for (const turn of turns) {
            if (turn === null) engine.step();
            else engine.offer(turn);
            expectOneWayOn(engine);
          }
          engine.finish();
          expect(replayJob(engine.log).state).toEqual(engine.state);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is walked by a job as xstate walks it, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.constantFrom(...everyFact)), { maxLength: 60 }),
        fc.record({ resumable: fc.boolean(), cleans: fc.boolean() }),
        fc.subarray([...(shell.steps ?? [])]),
        (turns, executor, steps) => {
          const wishes = { ...shell, steps, executor: { ...shell.executor, ...executor } };
          const engine = new ScriptedEngine(wishes);
          let [snapshot] = initialTransition(jobMachine, received(wishes));
          for (const turn of turns) {
            const known = engine.log.length;
            const applies = turn === null ? true : snapshot.can(stamp(turn, known));
            expect(turn === null ? Boolean(engine.step()) : engine.offer(turn)).toBe(applies);
            for (const event of engine.log.slice(known)) {
              [snapshot] = transition(jobMachine, snapshot, event as LaterEvent);
            }
            const { context, value } = snapshot;
            expect(engine.state).toEqual({ name: nameOf(value), context });
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('lets no input that says nothing new into the log, so that it does not grow', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 6 }), { maxLength: 12 }), (steps) => {
        const engine = new ScriptedEngine(shell);
        const interruptions = [
          fact.cancelRequested(),
          fact.timedOut('job'),
          fact.interrupted(),
          fact.abandoned(403),
          fact.cleaned(),
          fact.stepEnded(0),
          fact.uploaded(0),
        ];
        for (const index of steps) {
          const interruption = interruptions[index] ?? fact.cancelRequested();
          engine.offer(interruption);
          expect(engine.offer(interruption), `${interruption.type} twice`).toBe(false);
          engine.step();
        }
      }),
    );
  });
});

describe('an input that no longer applies is dropped:', () => {
  const running = (): ScriptedEngine =>
    new ScriptedEngine({ steps: [script, afterScript] }).tell(fact.stepBegins(0));

  test.each<[string, (engine: ScriptedEngine) => unknown, Fact]>([
    ['the end of a step that has ended', (job) => job.step(), fact.stepEnded(0)],
    ['the end of a step that does not run', () => undefined, fact.stepEnded(1)],
    ['the claim of a step that has ended', (job) => job.step(), fact.stepClaimed(0)],
    ['the result of a once of a step that has ended', (job) => job.step(), fact.once(0, 'late')],
    ['a second step beside the one that runs', () => undefined, fact.stepBegins(1)],
    ['a stage beside the step that runs', () => undefined, fact.stageBegan('get_sources')],
    ['the end of a stage while a step runs', () => undefined, fact.stageEnded('get_sources')],
    ['a step’s limit while no step runs', (job) => job.step(), fact.timedOut('step')],
    ['the end of a grace that was not given', () => undefined, fact.timedOut('grace')],
    ['a second cancel', (job) => job.tell(fact.cancelRequested()), fact.cancelRequested()],
    ['a cancel after a timeout', (job) => job.tell(fact.timedOut('job')), fact.cancelRequested()],
    ['a cancel after the end', (job) => job.finish(), fact.cancelRequested()],
    ['a timeout after the end', (job) => job.finish(), fact.timedOut('job')],
    ['a resume after the end', (job) => job.finish(), fact.resumed()],
    ['an upload before there is one', () => undefined, fact.uploaded(0)],
    ['an outcome while a step runs', () => undefined, fact.finished({ status: 'success' })],
    ['a closing before an outcome', () => undefined, fact.closed()],
  ])('%s', (_what, before, late) => {
    const engine = running();
    before(engine);
    expect(engine.offer(late)).toBe(false);
  });
});

describe('an upload', () => {
  const delivering = (): ScriptedEngine =>
    new ScriptedEngine({ artifacts: [{ when: 'always' }, { when: 'on_success' }] }).tell(
      fact.stepBegins(0),
      fact.stepEnded(0),
    );

  test('is taken for the entry that is due alone, so none is sent twice or left out', () => {
    const engine = delivering();
    expect(engine.offer(fact.uploaded(1))).toBe(false);
    engine.tell(fact.uploaded(0));
    expect(engine.offer(fact.uploaded(0))).toBe(false);
    expect(nextAction(engine.state)).toEqual({ do: 'upload', entry: 1 });
  });

  test('that cannot be delivered fails the job, and the others are still sent', () => {
    const engine = delivering().tell(fact.uploadFailed(0));
    expect(nextAction(engine.state)).toEqual({ do: 'upload', entry: 1 });
    expect(engine.finish().state.context.outcome).toMatchObject({
      status: 'failed',
      failure: { reason: 'artifact-upload-failed' },
    });
  });
});

describe('of two endings the stronger counts, in whatever order they come:', () => {
  const strongestFirst: readonly [string, Fact, object][] = [
    ['GitLab takes the job away', fact.abandoned(404), { status: 'abandoned', httpStatus: 404 }],
    [
      'the runner stops',
      fact.interrupted(),
      { status: 'failed', failure: { reason: 'runner-shutdown' } },
    ],
    [
      'the job’s time is over',
      fact.timedOut('job'),
      { status: 'failed', failure: { reason: 'job-timed-out', limitMs: 3600_000 } },
    ],
    ['a cancel', fact.cancelRequested(), { status: 'canceled' }],
  ];
  const pairs = strongestFirst.flatMap(([strong, first, outcome], index) =>
    strongestFirst
      .slice(index + 1)
      .map(([weak, second]) => ({ strong, weak, first, second, outcome })),
  );

  test.each(pairs)('$strong and $weak', ({ first, second, outcome }) => {
    for (const endings of [
      [first, second],
      [second, first],
    ]) {
      const engine = new ScriptedEngine({ steps: [script, afterScript] }).tell(fact.stepBegins(0));
      for (const ending of endings) engine.offer(ending);
      expect(engine.finish().state.context.outcome).toEqual(outcome);
    }
  });

  test('a job that failed by itself before it was canceled is canceled', () => {
    const engine = new ScriptedEngine({ steps: [script, afterScript] });
    engine.tell(fact.stepBegins(0), fact.stepEnded(0, exited), fact.stepBegins(1));
    engine.tell(fact.cancelRequested());
    expect(engine.finish().state.context.outcome).toEqual({ status: 'canceled' });
  });
});

describe('after_script', () => {
  const job = (): ScriptedEngine =>
    new ScriptedEngine({ steps: [script, afterScript] }).tell(fact.stepBegins(0));

  test.each<[string, (engine: ScriptedEngine) => unknown]>([
    ['a script that failed', (it) => it.tell(fact.stepEnded(0, exited))],
    ['a cancel', (it) => it.tell(fact.cancelRequested(), fact.stepEnded(0))],
    ['a timeout', (it) => it.tell(fact.timedOut('job'), fact.stepEnded(0))],
  ])('runs after %s', (_what, before) => {
    const engine = job();
    before(engine);
    expect(nextAction(engine.state)).toEqual({ do: 'begin-step', step: 1 });
  });

  test.each<[string, (engine: ScriptedEngine) => unknown]>([
    ['GitLab took the job away', (it) => it.tell(fact.abandoned(), fact.stepEnded(0))],
    ['the runner ends its jobs', (it) => it.tell(fact.interrupted(), fact.stepEnded(0))],
  ])('does not run after %s', (_what, before) => {
    const engine = job();
    before(engine);
    expect(
      engine.finish().log.some(({ type, data }) => type === 'step.starting' && data.step === 1),
    ).toBe(false);
  });

  test('that fails changes no outcome', () => {
    const engine = job().tell(fact.stepEnded(0), fact.stepBegins(1), fact.stepEnded(1, exited));
    expect(engine.finish().state.context.outcome).toEqual({ status: 'success' });
  });

  test('goes on when the job is canceled meanwhile, and ends when its own limit is reached', () => {
    const limited = { steps: [script, { ...afterScript, timeoutMs: 300_000 }] };
    const engine = new ScriptedEngine(limited).tell(fact.stepBegins(0), fact.stepEnded(0));
    engine.tell(fact.stepBegins(1), fact.cancelRequested());
    expect(nextAction(engine.state)).toEqual({ do: 'run-step', step: 1 });
    expect(nextTimeout(engine.state.context)).toMatchObject({ scope: 'step', limitMs: 300_000 });
    engine.tell(fact.timedOut('step', 300_000));
    expect(nextAction(engine.state)).toEqual({ do: 'end-work' });
    expect(engine.finish().state.context.outcome).toEqual({ status: 'canceled' });
  });
});

describe('a deadline', () => {
  test('is the job’s, from when GitLab handed it out, however often it is taken up', () => {
    const engine = new ScriptedEngine({ timeoutMs: 5_000 }).tell(
      fact.stepBegins(0),
      fact.resumed(),
    );
    const receivedAt = engine.log[0]?.at ?? 0;
    expect(nextTimeout(engine.state.context)).toEqual({
      at: receivedAt + 5_000,
      scope: 'job',
      limitMs: 5_000,
    });
  });

  test('is the step’s own where that comes first, from when the step began', () => {
    const engine = new ScriptedEngine({ steps: [{ ...script, timeoutMs: 60_000 }] });
    engine.tell(fact.stepBegins(0));
    const beganAt = engine.log[1]?.at ?? 0;
    expect(nextTimeout(engine.state.context)).toEqual({
      at: beganAt + 60_000,
      scope: 'step',
      limitMs: 60_000,
    });
  });

  test('leaves four minutes for after_script, and no more', () => {
    const engine = new ScriptedEngine({ steps: [script, afterScript] });
    engine.tell(fact.stepBegins(0), fact.timedOut('job'));
    const timedOutAt = engine.log.at(-1)?.at ?? 0;
    engine.tell(fact.stepEnded(0), fact.stepBegins(1));
    expect(nextTimeout(engine.state.context)).toMatchObject({
      at: timedOutAt + 240_000,
      scope: 'grace',
    });
    engine.tell(fact.timedOut('grace'));
    expect(nextAction(engine.state)).toEqual({ do: 'end-work' });
  });

  test('keeps half of the grace for files that are wanted, however long after_script would take', () => {
    const steps = [script, { ...afterScript, timeoutMs: 300_000 }];
    const engine = new ScriptedEngine({ steps, artifacts: [{ when: 'always' }] });
    engine.tell(fact.stepBegins(0), fact.timedOut('job'));
    const timedOutAt = engine.log.at(-1)?.at ?? 0;
    engine.tell(fact.stepEnded(0), fact.stepBegins(1));
    expect(nextTimeout(engine.state.context)).toMatchObject({
      at: timedOutAt + 120_000,
      scope: 'step',
    });
    engine.tell(fact.timedOut('step'));
    expect(nextAction(engine.state)).toEqual({ do: 'end-work' });
    engine.tell(fact.stepEnded(1));
    expect(nextAction(engine.state)).toEqual({ do: 'upload', entry: 0 });
    expect(nextTimeout(engine.state.context)).toMatchObject({
      at: timedOutAt + 240_000,
      scope: 'grace',
    });
  });

  test('of the job is none for its uploads, which are tried until GitLab answers', () => {
    const engine = new ScriptedEngine({ artifacts: [{ when: 'always' }] });
    engine.tell(fact.stepBegins(0), fact.stepEnded(0));
    expect(nextTimeout(engine.state.context)).toBeUndefined();
  });
});

describe('a runner that was killed', () => {
  test('calls a resumable handler again, and runs a shell’s step on', () => {
    const engine = new ScriptedEngine().tell(fact.stepBegins(0), fact.resumed());
    expect(nextAction(engine.state)).toEqual({ do: 'run-step', step: 0 });
  });

  test('calls no other handler twice: the job cleans up and fails', () => {
    const engine = new ScriptedEngine({ executor: { resumable: false, cleans: true } });
    engine.tell(fact.stepBegins(0), fact.resumed());
    expect(nextAction(engine.state)).toEqual({ do: 'clean' });
    expect(engine.finish().state.context.outcome).toEqual({
      status: 'failed',
      failure: { reason: 'not-resumable', step: 'script' },
    });
  });

  test('begins a handler anew that had not been called', () => {
    const engine = new ScriptedEngine({ executor: { resumable: false } }).tell(fact.resumed());
    expect(nextAction(engine.state)).toEqual({ do: 'begin-step', step: 0 });
  });

  test('runs a stage again from its start', () => {
    const engine = new ScriptedEngine(shell).tell(fact.stageBegan('get_sources'), fact.resumed());
    expect(nextAction(engine.state)).toEqual({ do: 'run-stage', stage: 'get_sources' });
  });

  test('sends no artifact again that GitLab has, and no report that it has', () => {
    const engine = new ScriptedEngine({ artifacts: [{ when: 'always' }] });
    engine.tell(fact.stepBegins(0), fact.stepEnded(0), fact.uploaded(0), fact.resumed());
    expect(nextAction(engine.state)).toEqual({ do: 'finish' });
    engine.finish();
    expect(nextAction(engine.state)).toEqual({ do: 'forget' });
  });
});

function stamp(told: Fact, position: number): LaterEvent {
  return { ...told, at: RECEIVED_AT + position * 1000 };
}

function nameOf(value: object | string): string {
  return typeof value === 'string' ? value : Object.entries(value).flat().join('.');
}

/** Exactly one thing is to be done, and the deadline, if there is one, would be heeded. */
function expectOneWayOn(engine: ScriptedEngine): void {
  expect(nextAction(engine.state).do).toEqual(expect.any(String));
  const timeout = nextTimeout(engine.state.context);
  if (timeout === undefined) return;
  const { scope, limitMs, at } = timeout;
  const event = { type: 'job.timed-out', at, data: { scope, limitMs } } satisfies JobEvent;
  expect(engine.actor.can(event), `${scope} in ${engine.state.name}`).toBe(true);
}
