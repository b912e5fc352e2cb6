import { chownSync, mkdirSync } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import { removeTree } from '@fellrunner/archive';

import type { ShellUser } from './shell-user.ts';

/** Makes a folder with those above it; what it made belongs to the user who is to work there. */
export function makeFolder(path: string, user: ShellUser | undefined): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined || user === undefined) return;
  for (const folder of foldersBetween(first, path)) chownSync(folder, user.uid, user.gid);
}

function foldersBetween(first: string, last: string): readonly string[] {
  const names = relative(first, last).split('/').filter(Boolean);
  return names.reduce((folders, name) => [...folders, join(folders.at(-1) ?? '', name)], [first]);
}

/** Whether there is a folder, and not a link to one. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * Removes a file or folder below `root`. A job may have put a link in place of a folder on the
 * way: then the link is removed, and what it leads to is left alone.
 */
export async function removeBelow(root: string, path: string): Promise<void> {
  const parent = dirname(path);
  if (parent !== '.') {
    const names = parent.split('/');
    for (let depth = 1; depth <= names.length; depth += 1) {
      const folder = join(root, ...names.slice(0, depth));
      if (await isFolder(folder)) continue;
      return rm(folder, { force: true });
    }
  }
  return removeTree(join(root, path));
}

export function isMissing(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ENOENT' || error.code === 'ENOTDIR';
}
