import type { EventLog, JobKey } from '@fellrunner/core';
import { aLog, fact, stamped, VirtualClock } from '@fellrunner/testkit';
import { describe, expect, test } from 'vitest';

import { openStore } from '../src/index.ts';

const DAY_MS = 24 * 3600_000;

/** Receives a job and closes it at the clock's time. */
async function closedJob(log: EventLog, clock: VirtualClock): Promise<JobKey> {
  const jobKey = await log.receive('{}', aLog({}));
  const closed = stamped([fact.closed()]).map((event) => ({ ...event, at: clock.now() }));
  await log.append(jobKey, 1, closed);
  return jobKey;
}

/** Lets the store look for what is due, and waits until it has written. */
async function passTime(log: EventLog, clock: VirtualClock, ms: number): Promise<void> {
  clock.advance(ms);
  await log.setNote('after', 'pruning');
}

describe('closed jobs', () => {
  test('are kept for seven days', async () => {
    const clock = new VirtualClock();
    await using store = openStore(':memory:', { clock });
    const old = await closedJob(store, clock);
    await passTime(store, clock, 3 * DAY_MS);
    const young = await closedJob(store, clock);
    expect(await store.read(old)).toHaveLength(2);
    await passTime(store, clock, 4 * DAY_MS);
    await passTime(store, clock, 2 * 3600_000);
    expect(await store.read(old)).toEqual([]);
    expect(await store.read(young)).toHaveLength(2);
  });

  test('are kept to a number, and the longest closed go first', async () => {
    const clock = new VirtualClock();
    await using store = openStore(':memory:', { clock, retention: { maxJobs: 3 } });
    await passTime(store, clock, 1_000);
    const keys: JobKey[] = [];
    for (let job = 0; job < 5; job += 1) {
      keys.push(await closedJob(store, clock));
      clock.advance(1);
    }
    await passTime(store, clock, 1_000);
    const left = await Promise.all(keys.map(async (key) => (await store.read(key)).length));
    expect(left).toEqual([0, 0, 2, 2, 2]);
  });

  test('are removed a few at a time until the number is right', async () => {
    const clock = new VirtualClock();
    await using store = openStore(':memory:', { clock, retention: { maxJobs: 10 } });
    const keys = await Promise.all(Array.from({ length: 260 }, () => closedJob(store, clock)));
    const count = async (): Promise<number> => {
      const events = await Promise.all(keys.map((key) => store.read(key)));
      return events.filter((list) => list.length > 0).length;
    };
    const counts: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await passTime(store, clock, 20);
      counts.push(await count());
    }
    expect(counts).toEqual([160, 60, 10, 10]);
  });

  test('that are gone leave their keys to nobody else', async () => {
    const clock = new VirtualClock();
    await using store = openStore(':memory:', { clock, retention: { maxJobs: 0 } });
    const gone = await closedJob(store, clock);
    await passTime(store, clock, 1_000);
    expect(await store.read(gone)).toEqual([]);
    expect(await store.receive('{}', aLog({}))).toBeGreaterThan(gone);
  });
});

test('a job that is not closed is kept, however old it is', async () => {
  const clock = new VirtualClock();
  await using store = openStore(':memory:', { clock, retention: { maxAgeMs: 0, maxJobs: 0 } });
  const open = await store.receive('{}', aLog({}, fact.stepBegins(0)));
  await closedJob(store, clock);
  await passTime(store, clock, 365 * DAY_MS);
  expect(await store.unfinished()).toEqual([open]);
  expect(await store.payload(open)).toBe('{}');
});
