import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { SharedSlots, Slots } from './slots.ts';

describe('Slots', () => {
  it('gives the lowest free number, and one beyond the limit to a job that is taken up', () => {
    const slots = new Slots(2);
    expect([slots.take(), slots.take(), slots.take()]).toEqual([0, 1, 2]);
    expect(slots.free).toBe(0);
    slots.release(1);
    expect(slots.take()).toBe(1);
  });

  it('never gives two runners of one process the same number', () => {
    const shared = new SharedSlots({ limit: 4 });
    const [one, other] = [new Slots(4, shared), new Slots(4, shared)];
    expect([one.take(), other.take(), one.take()]).toEqual([0, 1, 2]);
  });
});

describe('SharedSlots', () => {
  it('counts a request under way as the job that it may bring', async () => {
    const shared = new SharedSlots({ limit: 1 });
    const { promise, resolve } = Promise.withResolvers<void>();
    const asking = shared.whileAsking(() => promise);
    expect(shared.free).toBe(0);
    resolve();
    await asking;
    expect(shared.free).toBe(1);
  });

  it('says that requests must not be held while there are fewer places than runners', () => {
    const shared = new SharedSlots({ limit: 2 });
    shared.join(() => undefined);
    shared.join(() => undefined);
    expect(shared.isScarce).toBe(false);
    shared.take();
    expect(shared.isScarce).toBe(true);
  });

  it('offers a freed place to another runner first each time', async () => {
    const shared = new SharedSlots({ limit: 1 });
    const offered: string[] = [];
    shared.join(() => void offered.push('a'));
    shared.join(() => void offered.push('b'));
    shared.release(shared.take());
    await nextTurn();
    shared.release(shared.take());
    await nextTurn();
    expect(offered).toEqual(['b', 'a', 'a', 'b']);
  });

  it('has no more places once all the jobs that may be asked for were handed out', () => {
    const shared = new SharedSlots({ limit: 4, maxJobs: 1 });
    expect(shared.free).toBe(1);
    shared.countJob();
    expect(shared.free).toBe(0);
    expect(shared.isSpent).toBe(true);
  });
});
