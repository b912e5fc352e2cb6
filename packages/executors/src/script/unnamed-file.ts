import { closeSync, constants, fchownSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import { readOr } from '../process/process-identity.ts';
import type { ShellUser } from '../shell/shell-user.ts';

/**
 * Puts a text into a file without a name and returns its descriptor, at the file's beginning.
 * A script has secrets in it: this way they are in no folder, and still there for a process that
 * outlives the runner. The path is free again when this returns; the caller closes the descriptor.
 */
export function openUnnamedFile(path: string, text: string, owner?: ShellUser): number {
  const unnamed = openWithoutName(dirname(path));
  // A runner that was killed right here may have left one with a name behind.
  const written = unnamed ?? openSync(path, 'w', 0o600);
  try {
    writeWhole(written, Buffer.from(text));
    // `/dev/fd/3` of a shell that runs as another user is opened anew.
    if (owner !== undefined) fchownSync(written, owner.uid, owner.gid);
    return openSync(unnamed === undefined ? path : `/proc/self/fd/${unnamed}`, 'r');
  } finally {
    closeSync(written);
    if (unnamed === undefined) unlinkSync(path);
  }
}

/** Linux's `O_TMPFILE`: two changes of a folder less, each of which may wait for the disk. */
const WITHOUT_NAME = 0o20000000 | constants.O_DIRECTORY | constants.O_RDWR;

/** Undefined where the system or the folder's file system cannot do it. */
function openWithoutName(folder: string): number | undefined {
  if (process.platform !== 'linux') return undefined;
  return readOr(undefined, () => openSync(folder, WITHOUT_NAME, 0o600));
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let from = 0; from < bytes.length;) from += writeSync(file, bytes, from);
}
