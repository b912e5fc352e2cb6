import { execFile } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';

/** Below this it is not worth a process. */
const WORTHWHILE_BYTES = 64 * 1024 * 1024;

const given = new WeakMap<FileHandle, number>();

/**
 * Gives the beginning of a file back to the disk, while the file keeps its size: Node has no call
 * for it, util-linux has. Where that or the file system cannot, the space is free after the job.
 */
export function giveBack(file: FileHandle, path: string, upTo: number): void {
  const from = given.get(file) ?? 0;
  if (upTo - from < WORTHWHILE_BYTES) return;
  given.set(file, upTo);
  const args = ['--punch-hole', '--offset', String(from), '--length', String(upTo - from), path];
  execFile('fallocate', args, () => undefined).unref();
}
