import { lstatSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';

import { RunnerError } from '@fellrunner/core';

import { unwritable } from './replace-file.ts';

/** An edit takes milliseconds: a lock of this age was left behind, by whichever machine. */
const STALE_MS = 10_000;
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 10;

/**
 * Does something to a file while no other process of ours does; for moments only, since waiting
 * stops everything else in this one. The lock is a link that leads nowhere: its words name the
 * holder, and are there from the moment that it is, so that a kill leaves none without them.
 *
 * @throws RunnerError `CONFIG_INVALID`
 */
export function withFileLock(file: string, change: () => void): void {
  const lock = `${file}.lock`;
  const deadline = Date.now() + PATIENCE_MS;
  while (!tryToCreate(lock, file)) {
    if (isLeftBehind(lock)) rmSync(lock, { force: true });
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
    symlinkSync(`${process.pid} ${hostname()}`, lock);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw unwritable(file, error);
  }
}

function isLeftBehind(lock: string): boolean {
  const stat = lstatSync(lock, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  return Date.now() - stat.mtimeMs > STALE_MS || !isAlive(readOwner(lock));
}

/** Undefined where it was just removed, and where another machine has it. */
function readOwner(lock: string): number | undefined {
  try {
    const [, pid, host] = /^(\d+) (.+)$/.exec(readlinkSync(lock)) ?? [];
    return pid !== undefined && host === hostname() ? Number(pid) : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
