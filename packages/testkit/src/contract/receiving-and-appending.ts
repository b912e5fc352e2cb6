import { replayJob, type EventLog, type JobKey } from '@fellrunner/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { aLog, fact } from '../a-log.ts';
import { aPayload } from '../a-payload.ts';
import { recordedLogs } from '../recorded-logs.ts';
import { bare, expectConflict, later, type CreateLog } from './log-under-test.ts';

/** Events are kept whole, in order, and one job at a time. */
export function receivingAndAppending(createLog: CreateLog): void {
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
      await expectConflict(log.append(jobKey, 1, later(1, fact.stepBegins(0), fact.once(0, 'a'))));
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
