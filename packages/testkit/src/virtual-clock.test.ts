import { describe, expect, test } from 'vitest';

import { VirtualClock } from './virtual-clock.ts';

describe('VirtualClock', () => {
  test('calls back in the order of time, each at its time, also what such a call asks for', () => {
    const clock = new VirtualClock(0);
    const seen: [string, number][] = [];
    clock.callAt(20, () => seen.push(['late', clock.now()]));
    clock.callAt(10, () => {
      seen.push(['early', clock.now()]);
      clock.callAt(15, () => seen.push(['asked for', clock.now()]));
    });
    clock.advance(30);
    expect(seen).toEqual([
      ['early', 10],
      ['asked for', 15],
      ['late', 20],
    ]);
    expect(clock.now()).toBe(30);
  });

  test('forgets a call that was taken back', () => {
    const clock = new VirtualClock(0);
    const takeBack = clock.callAt(10, () => expect.unreachable());
    takeBack();
    clock.advance(10);
    expect(clock.nextCallAt).toBeUndefined();
  });
});
