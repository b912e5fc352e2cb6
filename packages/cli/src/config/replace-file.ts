import {
  closeSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { messageOf, RunnerError } from '@fellrunner/core';

/**
 * Puts a text in a file's place, durably, readable for its owner alone: it may hold tokens.
 * After a crash there is the old text or the new one. The caller holds the file's lock.
 *
 * @throws RunnerError `CONFIG_INVALID`
 */
export function replaceFile(file: string, text: string): void {
  withBeside(file, text, (beside) => {
    renameSync(beside, file);
    syncFolder(dirname(file));
  });
}

/** Whether {@link replaceFile} would succeed: all of it but the last step. @throws RunnerError `CONFIG_INVALID` */
export function tryReplaceFile(file: string, text: string): void {
  withBeside(file, text, (beside) => rmSync(beside));
}

function withBeside(file: string, text: string, use: (beside: string) => void): void {
  // One name for all: what a process left behind that died here is replaced by the next.
  const beside = join(dirname(file), `.${basename(file)}.fellrunner.tmp`);
  try {
    rmSync(beside, { force: true });
    writeDurably(beside, text, ownerOf(file));
    use(beside);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw unwritable(file, cause);
  }
}

export function unwritable(file: string, cause: unknown): RunnerError {
  const message = `The configuration ${file} cannot be written: ${messageOf(cause)}.`;
  return new RunnerError('CONFIG_INVALID', message, { cause });
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Of another's file only root may make a new one that is still theirs. */
function ownerOf(file: string): Owner | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return process.getuid?.() === 0 ? stat : undefined;
}

function writeDurably(file: string, text: string, owner: Owner | undefined): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    if (owner !== undefined) fchownSync(descriptor, owner.uid, owner.gid);
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length;) {
      written += writeSync(descriptor, bytes, written);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the new name durable. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
