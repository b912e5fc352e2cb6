import { rmSync, statSync, writeFileSync } from 'node:fs';

import { RunnerError } from '@fellrunner/core';

import { unwritable } from './replace-file.ts';

/** An edit takes milliseconds: a lock of this age was left behind by a process that died. */
const STALE_MS = 10_000;
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 10;

/**
 * Does something to a file while no other process of ours does; for moments only, since waiting
 * stops everything else in this one.
 *
 * @throws RunnerError `CONFIG_INVALID`
 */
export function withFileLock(file: string, change: () => void): void {
  const lock = `${file}.lock`;
  const deadline = Date.now() + PATIENCE_MS;
  while (!tryToCreate(lock, file)) {
    if (ageOf(lock) > STALE_MS) rmSync(lock, { force: true });
    else if (Date.now() > deadline) {
      throw new RunnerError('CONFIG_INVALID', `Another process holds ${lock}; try again.`);
    } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
  }
  try {
    change();
  } finally {
    rmSync(lock, { force: true });
  }
}

function tryToCreate(lock: string, file: string): boolean {
  try {
    writeFileSync(lock, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw unwritable(file, error);
  }
}

/** No age where it is gone meanwhile. */
function ageOf(lock: string): number {
  return Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}
