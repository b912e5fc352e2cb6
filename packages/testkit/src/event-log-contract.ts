import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  replayJob,
  type EventLog,
  type JobEvent,
  type JobKey,
  type StoreHealth,
} from '@fellrunner/core';

import { aLog, fact, stamped, type Fact } from './a-log.ts';
import { aPayload } from './a-payload.ts';
import { recordedLogs } from './recorded-logs.ts';

/** One event log, made for one test, and what can be done to it from outside. */
export interface LogUnderTest extends AsyncDisposable {
  readonly log: EventLog;
  /** Stops the log and opens what it left; absent where nothing outlives it. */
  reopen?(): Promise<EventLog>;
  /** Lets every write fail for lack of room, until the result is called. */
  fillDisk(): () => void;
}

/** What every event log promises; `createLog` makes an empty one. */
export function eventLogContract(
  name: string,
  createLog: () => LogUnderTest | Promise<LogUnderTest>,
): void {
  describe(`${name}, as an event log`, () => {
    describe('receive', () => {
      test('keeps the payload and the first events together', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const events = aLog({ gitlabId: 7 }, fact.stepBegins(0));
        const jobKey = await log.receive(aPayload({ id: 7 }), events);
        expect(await log.payload(jobKey)).toBe(aPayload({ id: 7 }));
        expect(bare(await log.read(jobKey))).toEqual(events);
      });

      test('keeps a payload that is not even JSON, and any characters in it', async () => {
        await using subject = await createLog();
        const text = 'no JSON: \u0000 ✓ 🏔 \r\n"';
        const jobKey = await subject.log.receive(text, aLog({ unreadable: 'it is no JSON' }));
        expect(await subject.log.payload(jobKey)).toBe(text);
      });

      test('gives each job a key of its own, also where GitLab’s id is the same', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const here = log.receive('{}', aLog({ gitlabId: 7, url: 'https://a.example' }));
        const there = log.receive('{}', aLog({ gitlabId: 7, url: 'https://b.example' }));
        expect(await here).not.toBe(await there);
        expect(await log.unfinished()).toEqual([await here, await there]);
      });
    });

    describe('append', () => {
      test('puts events behind one another, numbered from 0', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}));
        await log.append(jobKey, 1, later(1, fact.stepBegins(0), fact.stepClaimed(0)));
        await log.append(jobKey, 3, later(3, fact.stepEnded(0)));
        const events = await log.read(jobKey);
        expect(events.map((event) => [event.jobKey, event.position, event.type])).toEqual([
          [jobKey, 0, 'job.received'],
          [jobKey, 1, 'step.starting'],
          [jobKey, 2, 'step.started'],
          [jobKey, 3, 'step.finished'],
        ]);
      });

      test.each(recordedLogs)('gives back to the letter: $title', async ({ events }) => {
        await using subject = await createLog();
        const [first, ...rest] = events;
        if (first?.type !== 'job.received') throw new Error('a log begins with job.received');
        const jobKey = await subject.log.receive('{}', [first]);
        await subject.log.append(jobKey, 1, rest);
        expect(bare(await subject.log.read(jobKey))).toEqual(events);
      });

      test('takes all of the events or none', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}, fact.stepBegins(0)));
        await expectConflict(
          log.append(jobKey, 1, later(1, fact.stepBegins(0), fact.once(0, 'a'))),
        );
        expect(await log.read(jobKey)).toHaveLength(2);
      });

      test('refuses a gap, a place that is taken, and a job that nobody knows', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}));
        await expectConflict(log.append(jobKey, 2, later(2, fact.stepBegins(0))));
        await expectConflict(log.append(jobKey, 0, later(0, fact.stepBegins(0))));
        await expectConflict(log.append((jobKey + 1) as JobKey, 0, later(0, fact.stepBegins(0))));
        await expectConflict(log.append((jobKey + 1) as JobKey, 1, later(1, fact.stepBegins(0))));
        await expectConflict(log.append(jobKey, 2, []));
        expect(await log.read(jobKey)).toHaveLength(1);
      });

      test('refuses anything after job.closed', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}, fact.closed()));
        await expectConflict(log.append(jobKey, 2, later(2, fact.resumed())));
      });

      test('lets one job’s conflict touch no other write of the same tick', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const left = await log.receive('{}', aLog({}));
        const right = await log.receive('{}', aLog({}));
        const results = await Promise.allSettled([
          log.append(left, 1, later(1, fact.stepBegins(0))),
          log.append(left, 1, later(1, fact.resumed(), fact.resumed())),
          log.append(right, 1, later(1, fact.stepBegins(0))),
          log.append(left, 2, later(2, fact.stepEnded(0))),
          log.setNote('told', 'yes'),
        ]);
        expect(results.map((result) => result.status)).toEqual([
          'fulfilled',
          'rejected',
          'fulfilled',
          'fulfilled',
          'fulfilled',
        ]);
        expect(await log.read(left)).toHaveLength(3);
        expect(await log.read(right)).toHaveLength(2);
      });

      test('resolves in the order of the calls', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}));
        const order: string[] = [];
        await Promise.all([
          log.append(jobKey, 1, later(1, fact.resumed())).then(() => order.push('first')),
          log.append(jobKey, 1, later(1, fact.resumed())).catch(() => order.push('refused')),
          log.setNote('a', 'b').then(() => order.push('note')),
          log.receive('{}', aLog({})).then(() => order.push('received')),
          log.append(jobKey, 2, later(2, fact.resumed())).then(() => order.push('last')),
        ]);
        expect(order).toEqual(['first', 'refused', 'note', 'received', 'last']);
      });

      test('shows no event before its promise can have resolved', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}));
        const appending = log.append(jobKey, 1, later(1, fact.stepBegins(0)));
        expect(await log.read(jobKey)).toHaveLength(1);
        await appending;
        expect(await log.read(jobKey)).toHaveLength(2);
      });

      test('keeps each job’s order however the writes of many jobs are mixed', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.nat({ max: 4 }), { maxLength: 40 }), async (turns) => {
            await using subject = await createLog();
            await expectOrderKept(subject.log, turns);
          }),
          { numRuns: 20 },
        );
      });
    });

    describe('onceResults', () => {
      test('gives a step’s results in the order in which they were committed', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}));
        const bytes = Uint8Array.of(0, 255, 10);
        await log.append(jobKey, 1, later(1, fact.stepBegins(0), fact.once(0, 'z', 5)), {
          onceResult: { kind: 'json', text: '{"id":1}' },
        });
        await log.append(jobKey, 3, later(3, fact.once(0, 'a', 9)), {
          onceResult: { kind: 'bytes', bytes },
        });
        await log.append(jobKey, 4, later(4, fact.once(1, 'z', 12)), {
          onceResult: { kind: 'json', text: 'null' },
        });
        expect(await log.onceResults(jobKey, 0)).toEqual([
          { key: 'z', spoolOffset: 5, value: { kind: 'json', text: '{"id":1}' } },
          { key: 'a', spoolOffset: 9, value: { kind: 'bytes', bytes } },
        ]);
        expect(await log.onceResults(jobKey, 1)).toEqual([
          { key: 'z', spoolOffset: 12, value: { kind: 'json', text: 'null' } },
        ]);
        expect(await log.onceResults(jobKey, 2)).toEqual([]);
      });

      test('has nothing of an append that was refused', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}, fact.stepBegins(0)));
        const refused = log.append(jobKey, 1, later(1, fact.once(0, 'submit')), {
          onceResult: { kind: 'json', text: '1' },
          traceHead: Uint8Array.of(1),
        });
        await expectConflict(refused);
        expect(await log.onceResults(jobKey, 0)).toEqual([]);
        expect(await log.traceHead(jobKey)).toBeUndefined();
      });

      test('keeps an empty result and one of a mebibyte', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}, fact.stepBegins(0)));
        const large = new Uint8Array(1024 * 1024).fill(7);
        await log.append(jobKey, 2, later(2, fact.once(0, 'none')), {
          onceResult: { kind: 'bytes', bytes: new Uint8Array() },
        });
        await log.append(jobKey, 3, later(3, fact.once(0, 'large')), {
          onceResult: { kind: 'bytes', bytes: large },
        });
        const [none, all] = await log.onceResults(jobKey, 0);
        expect(none?.value).toEqual({ kind: 'bytes', bytes: new Uint8Array() });
        expect(all?.value.kind === 'bytes' && Buffer.compare(all.value.bytes, large)).toBe(0);
      });
    });

    describe('traceHead', () => {
      test('is what the last append said it is', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}));
        expect(await log.traceHead(jobKey)).toBeUndefined();
        await log.append(jobKey, 1, [], { traceHead: Uint8Array.of(1, 2) });
        await log.append(jobKey, 1, later(1, fact.stepBegins(0)), {
          traceHead: Uint8Array.of(1, 2, 3),
        });
        expect([...((await log.traceHead(jobKey)) ?? [])]).toEqual([1, 2, 3]);
      });
    });

    describe('a job that is closed', () => {
      test('has its events, and nothing else', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive(aPayload(), aLog({}, fact.stepBegins(0)));
        await log.append(jobKey, 2, later(2, fact.once(0, 'submit')), {
          onceResult: { kind: 'json', text: '1' },
          traceHead: Uint8Array.of(1),
        });
        const success = { status: 'success' } as const;
        const rest = later(3, fact.stepEnded(0), fact.finished(success), fact.closed());
        await log.append(jobKey, 3, rest, { traceHead: Uint8Array.of(1, 2) });
        expect(await log.payload(jobKey)).toBeUndefined();
        expect(await log.onceResults(jobKey, 0)).toEqual([]);
        expect(await log.traceHead(jobKey)).toBeUndefined();
        expect(await log.unfinished()).toEqual([]);
        expect(await log.read(jobKey)).toHaveLength(6);
      });
    });

    describe('unfinished', () => {
      test('names the jobs that are not closed, oldest first', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const keys: JobKey[] = [];
        for (const gitlabId of [9, 8, 7]) keys.push(await log.receive('{}', aLog({ gitlabId })));
        const [oldest, middle, newest] = keys as [JobKey, JobKey, JobKey];
        await log.append(middle, 1, later(1, fact.closed()));
        expect(await log.unfinished()).toEqual([oldest, newest]);
      });
    });

    describe('a key that nobody knows', () => {
      test('reads as a job without anything', async () => {
        await using subject = await createLog();
        const nobody = 99 as JobKey;
        expect(await subject.log.read(nobody)).toEqual([]);
        expect(await subject.log.payload(nobody)).toBeUndefined();
        expect(await subject.log.onceResults(nobody, 0)).toEqual([]);
        expect(await subject.log.traceHead(nobody)).toBeUndefined();
      });
    });

    describe('notes', () => {
      test('are what was set last', async () => {
        await using subject = await createLog();
        const { log } = subject;
        expect(await log.note('system_id')).toBeUndefined();
        await log.setNote('system_id', 's_1');
        await log.setNote('system_id', 'r_2');
        expect(await log.note('system_id')).toBe('r_2');
      });
    });

    describe('opened again', () => {
      test('has all that was acknowledged, under the same keys and the same name', async (context) => {
        await using subject = await createLog();
        if (subject.reopen === undefined) return context.skip('nothing outlives this log');
        const { log } = subject;
        const events = aLog({}, fact.stepBegins(0), fact.once(0, 'submit'));
        const jobKey = await log.receive(aPayload(), events.slice(0, 2) as typeof events);
        const onceResult = { kind: 'json', text: '"a"' } as const;
        await log.append(jobKey, 2, events.slice(2), { onceResult, traceHead: Uint8Array.of(9) });
        await log.setNote('system_id', 's_1');

        const again = await subject.reopen();
        expect(again.storeId).toBe(log.storeId);
        expect(await again.unfinished()).toEqual([jobKey]);
        expect(bare(await again.read(jobKey))).toEqual(events);
        expect(await again.payload(jobKey)).toBe(aPayload());
        expect(await again.onceResults(jobKey, 0)).toEqual([
          { key: 'submit', spoolOffset: 10, value: onceResult },
        ]);
        expect([...((await again.traceHead(jobKey)) ?? [])]).toEqual([9]);
        expect(await again.note('system_id')).toBe('s_1');
        expect(await again.receive('{}', aLog({}))).toBeGreaterThan(jobKey);
      });

      test('has what was still waiting when the log was closed', async (context) => {
        await using subject = await createLog();
        if (subject.reopen === undefined) return context.skip('nothing outlives this log');
        const jobKey = await subject.log.receive('{}', aLog({}));
        const waiting = subject.log.append(jobKey, 1, later(1, fact.stepBegins(0)));
        const again = await subject.reopen();
        await waiting;
        expect(await again.read(jobKey)).toHaveLength(2);
      });
    });

    describe('without room', () => {
      test('keeps what it is given and goes on in order when there is room again', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}));
        const told: StoreHealth[] = [];
        const ill = nextHealth(log, false);
        log.onHealth((health) => told.push(health));

        const order: number[] = [];
        const freeDisk = subject.fillDisk();
        const first = log.append(jobKey, 1, later(1, fact.stepBegins(0)), {
          traceHead: new Uint8Array(100_000),
        });
        await ill;
        expect(log.health.writable).toBe(false);
        expect(await log.read(jobKey)).toHaveLength(1);
        const second = log.append(jobKey, 2, later(2, fact.stepEnded(0)));
        const writes = [first.then(() => order.push(1)), second.then(() => order.push(2))];

        freeDisk();
        await Promise.all(writes);
        expect(order).toEqual([1, 2]);
        expect(log.health).toEqual({ writable: true });
        expect(told.map((health) => health.writable)).toEqual([false, true]);
        expect(await log.read(jobKey)).toHaveLength(3);
      });

      test('tells what waits that it is lost, when it is closed before there is room', async () => {
        await using subject = await createLog();
        const { log } = subject;
        const jobKey = await log.receive('{}', aLog({}));
        const ill = nextHealth(log, false);
        subject.fillDisk();
        const lost = log.append(jobKey, 1, later(1, fact.stepBegins(0)), {
          traceHead: new Uint8Array(100_000),
        });
        const refusal = lost.catch((error: unknown) => error);
        await ill;
        await log[Symbol.asyncDispose]();
        expect(await refusal).toMatchObject({ code: 'STORE_FULL' });
      });
    });

    test('takes no writes after it was closed', async () => {
      await using subject = await createLog();
      const { log } = subject;
      await log[Symbol.asyncDispose]();
      await log[Symbol.asyncDispose]();
      await expect(log.setNote('a', 'b')).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
    });
  });
}

/** Appends one event per turn to the job whose turn it is, without waiting for any. */
async function expectOrderKept(log: EventLog, turns: readonly number[]): Promise<void> {
  const jobs = await Promise.all(
    [0, 1, 2, 3, 4].map(async () => ({
      key: await log.receive('{}', aLog({}, fact.stepBegins(0))),
      keys: [] as string[],
    })),
  );
  const writes = turns.map((turn, index) => {
    const job = jobs[turn];
    if (job === undefined) throw new Error(`there is no job ${turn}`);
    const position = 2 + job.keys.push(`once-${index}`) - 1;
    return log.append(job.key, position, later(position, fact.once(0, `once-${index}`)));
  });
  await Promise.all(writes);
  for (const job of jobs) {
    const events = await log.read(job.key);
    const keys = events.flatMap((event) =>
      event.type === 'once.committed' ? [event.data.key] : [],
    );
    expect(keys).toEqual(job.keys);
    expect(replayJob(events).state.context.onces).toBe(job.keys.length);
  }
}

function later(position: number, ...facts: readonly Fact[]): JobEvent[] {
  return stamped(facts, position);
}

/** The events as they were before the log gave them their places. */
function bare(events: Awaited<ReturnType<EventLog['read']>>): JobEvent[] {
  return events.map(
    ({ jobKey: _key, position: _position, schemaVersion: _version, ...event }) => event,
  );
}

async function expectConflict(append: Promise<void>): Promise<void> {
  await expect(append).rejects.toMatchObject({ code: 'EVENT_LOG_CONFLICT' });
}

/** Resolves when the log's health becomes as asked. */
function nextHealth(log: EventLog, writable: boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = log.onHealth((health) => {
      if (health.writable !== writable) return;
      stop();
      resolve();
    });
  });
}
