import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/**
 * Makes a store's folder (0700) and its empty file (0600) where they are missing, whatever the
 * umask. SQLite gives its -wal and -shm files the mode of the file itself. Returns the path by
 * which everybody knows it, links followed, so that two names of one store share one lock.
 */
export function prepareStoreFile(file: string): string {
  const folder = dirname(resolve(file));
  prepareFolder(folder);
  const path = existsSync(file) ? realpathSync(file) : join(realpathSync(folder), basename(file));
  // Opened only where it is new: closing a descriptor drops every lock that this process has on
  // the file, and SQLite's with them.
  if (!existsSync(path)) closeSync(createPrivately(path));
  return path;
}

/** Makes a folder where it is missing; one that is there keeps its mode. */
export function prepareFolder(folder: string): void {
  const made = mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  if (made !== undefined) chmodSync(folder, FOLDER_MODE);
}

/** Takes a file's permissions away from everybody but its owner. */
export function tighten(file: string): void {
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, FILE_MODE);
}

/** Creates a file that is whole, or not there, after a power cut. */
export function writeDurably(file: string, text: string): void {
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  const descriptor = createPrivately(partial);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(partial, file);
  syncFolder(dirname(file));
}

/** Creates an empty file that only its owner may read; fails where there is one. */
export function createPrivately(file: string): number {
  const descriptor = openSync(file, 'wx', FILE_MODE);
  fchmodSync(descriptor, FILE_MODE);
  return descriptor;
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
