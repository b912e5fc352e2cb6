import { removeTree } from '@fellrunner/archive';
import { messageOf } from '@fellrunner/core';

/**
 * Removes a job's folder.
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
