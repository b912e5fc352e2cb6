import { closeSync, fchownSync, openSync, unlinkSync, writeSync } from 'node:fs';

import type { ShellUser } from '../shell/shell-user.ts';

/**
 * Puts a text into a file without a name and returns its descriptor, at the file's beginning.
 * A script has secrets in it: this way they are in no folder, and still there for a process that
 * outlives the runner. The path is free again when this returns; the caller closes the descriptor.
 */
export function openUnnamedFile(path: string, text: string, owner?: ShellUser): number {
  // A runner that was killed right here may have left it behind.
  const written = openSync(path, 'w', 0o600);
  try {
    writeWhole(written, Buffer.from(text));
    // `/dev/fd/3` of a shell that runs as another user is opened anew.
    if (owner !== undefined) fchownSync(written, owner.uid, owner.gid);
    return openSync(path, 'r');
  } finally {
    closeSync(written);
    unlinkSync(path);
  }
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let from = 0; from < bytes.length;) from += writeSync(file, bytes, from);
}
