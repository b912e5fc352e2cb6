import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { EventLog, Logger } from '@fellrunner/core';

import { removeFolder } from './remove-folder.ts';

/**
 * Removes the folders of jobs that are closed or unknown: what a kill left between two steps of
 * closing. One that cannot be removed is told of at each start, and keeps no job from its turn.
 */
export async function removeOrphanFolders(log: EventLog, logger: Logger): Promise<void> {
  // The folders first: one that is made from here on belongs to a job that the log knows.
  const folders = (await readdir(log.jobsDir)).filter((name) => /^\d+$/.test(name));
  if (folders.length === 0) return;
  const living = new Set((await log.unfinished()).map(String));
  for (const name of folders) {
    if (living.has(name)) continue;
    const folder = join(log.jobsDir, name);
    const obstacle = await removeFolder(folder);
    if (obstacle === undefined) {
      logger.info({ folder }, 'removed the folder of a job that has ended');
    } else {
      logger.warn({ folder }, `the folder of a job that has ended stays behind: ${obstacle}`);
    }
  }
}
