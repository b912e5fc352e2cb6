import { expect, onTestFinished, test } from 'vitest';

import { GarbageReturn } from './garbage-return.ts';

const MB = 2 ** 20;

test('a process at rest gives back what a rush has left, once', () => {
  const { garbage, process } = setup();
  process.heap = 150 * MB;
  garbage.look();
  garbage.look();
  expect(process).toMatchObject({ collected: 1, heap: 50 * MB });
});

test('a process that works is left alone', () => {
  const { garbage, process } = setup();
  process.heap = 150 * MB;
  process.cpuMs += 500;
  garbage.look();
  expect(process.collected).toBe(0);
});

test('a heap that has hardly grown since is left alone', () => {
  const { garbage, process } = setup();
  process.heap = 150 * MB;
  garbage.look();
  process.heap += 10 * MB;
  garbage.look();
  expect(process.collected).toBe(1);
  process.heap += 10 * MB;
  garbage.look();
  expect(process.collected).toBe(2);
});

/** A process of whose heap 50 MB are needed. */
function setup() {
  const process = { cpuMs: 0, heap: 50 * MB, collected: 0 };
  const garbage = new GarbageReturn({
    cpuMs: () => process.cpuMs,
    heapBytes: () => process.heap,
    collect: () => {
      process.collected += 1;
      process.heap = 50 * MB;
    },
  });
  onTestFinished(() => garbage[Symbol.dispose]());
  return { garbage, process };
}
