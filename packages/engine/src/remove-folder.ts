import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf } from '@fellrunner/core';

/**
 * Removes a job's folder, also one in which the job has made folders read-only, as Go does with
 * its modules.
 *
 * @returns why it stays, where it does: it may hold what another user has made.
 */
export async function removeFolder(folder: string): Promise<string | undefined> {
  try {
    await removeTree(folder);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** A short job's folder is gone before another thread would have been asked for its first file. */
const SMALL = { entries: 32, bytes: 1024 ** 2 };

async function removeTree(folder: string): Promise<void> {
  try {
    if (isSmall(folder)) rmSync(folder, { recursive: true, force: true });
    else await rm(folder, { recursive: true, force: true });
  } catch (error) {
    // Root is denied nothing, and must not follow what a job may put in a folder's place.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    await makeWritable(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

/** What cannot be looked at may be anything. */
function isSmall(folder: string): boolean {
  const room = { ...SMALL };
  const fits = (path: string): boolean =>
    readdirSync(path, { withFileTypes: true }).every((entry) => {
      const inner = join(path, entry.name);
      room.entries -= 1;
      if (!entry.isDirectory()) room.bytes -= lstatSync(inner).size;
      return room.entries >= 0 && room.bytes >= 0 && (!entry.isDirectory() || fits(inner));
    });
  try {
    return fits(folder);
  } catch {
    return false;
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}
