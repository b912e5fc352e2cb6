import { expect, onTestFinished, test } from 'vitest';

import { GarbageReturn } from './garbage-return.ts';

const MB = 2 ** 20;

test('a thread at rest gives back what a rush has left, once', () => {
  const { garbage, thread } = setup();
  thread.heap = 150 * MB;
  garbage.look();
  garbage.look();
  expect(thread).toMatchObject({ collected: 1, heap: 50 * MB });
});

test('a thread that works is left alone', () => {
  const { garbage, thread } = setup();
  thread.heap = 150 * MB;
  thread.busyMs += 500;
  garbage.look();
  expect(thread.collected).toBe(0);
});

test('a heap that has hardly grown since is left alone', () => {
  const { garbage, thread } = setup();
  thread.heap = 150 * MB;
  garbage.look();
  thread.heap += 10 * MB;
  garbage.look();
  expect(thread.collected).toBe(1);
  thread.heap += 10 * MB;
  garbage.look();
  expect(thread.collected).toBe(2);
});

/** A thread of whose heap 50 MB are needed. */
function setup() {
  const thread = { busyMs: 0, heap: 50 * MB, collected: 0 };
  const garbage = new GarbageReturn({
    busyMs: () => thread.busyMs,
    heapBytes: () => thread.heap,
    collect: () => {
      thread.collected += 1;
      thread.heap = 50 * MB;
    },
  });
  onTestFinished(() => garbage[Symbol.dispose]());
  return { garbage, thread };
}
