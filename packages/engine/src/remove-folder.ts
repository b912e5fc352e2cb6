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

async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    // Root is denied nothing, and must not follow what a job may put in a folder's place.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    await makeWritable(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}
