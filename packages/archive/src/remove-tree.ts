import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A few small files are gone before another thread would have been asked for the first. */
const SMALL = { entries: 32, bytes: 1024 ** 2 };

/**
 * Removes a folder, if it is there, with everything in it; also what a job has made read-only, as
 * Go does with the folders of its modules.
 */
export async function removeTree(folder: string): Promise<void> {
  try {
    await remove(folder);
  } catch (error) {
    // Root is denied nothing, and must not follow what a job may put in a folder's place.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    await makeWritable(folder);
    await remove(folder);
  }
}

async function remove(folder: string): Promise<void> {
  const all = { recursive: true, force: true };
  if (isSmall(folder)) rmSync(folder, all);
  else await rm(folder, all);
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
