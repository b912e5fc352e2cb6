import type { Stats } from 'node:fs';
import {
  chmod,
  lchown,
  lstat,
  mkdir,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  utimes,
} from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ArchiveError, errnoOf } from '../archive-error.ts';
import { decodePath, quotePath, toFilePath } from '../path-name.ts';
import type { FileOwner } from './stage-entries.ts';
import type { ZipEntry } from './zip-entry.ts';

/** The tree, the folder in which the unpacked entries wait, and who is to own new folders. */
export interface PlacerOptions {
  readonly root: string;
  readonly staging: string;
  readonly owner: FileOwner | undefined;
}

/** Moves what was unpacked to its places in a tree, and can take all of it back. */
export class TreePlacer {
  readonly #root: string;
  readonly #staging: string;
  readonly #owner: FileOwner | undefined;
  /** Folders that are there, and whether this placer made them. */
  readonly #folders = new Map<string, { readonly isNew: boolean }>([['.', { isNew: false }]]);
  readonly #undo: (() => Promise<void>)[] = [];
  #replaced = 0;

  constructor({ root, staging, owner }: PlacerOptions) {
    this.#root = root;
    this.#staging = staging;
    this.#owner = owner;
  }

  /**
   * Makes a folder and those above it. A link in its place is followed only to a folder inside
   * the tree: the tree is a job's, and a link to elsewhere may lie in wait there.
   */
  async ensureFolder(path: string): Promise<void> {
    if (this.#folders.has(path)) return;
    await this.ensureFolder(posix.dirname(path));
    const where = this.#locate(path);
    const stats = await lookAt(where);
    if (stats === undefined) {
      await mkdir(where);
      this.#undo.push(() => rmdir(where));
      if (this.#owner !== undefined) await lchown(where, this.#owner.uid, this.#owner.gid);
    } else if (stats.isSymbolicLink()) {
      await this.#checkLink(path);
    } else if (!stats.isDirectory()) {
      throw blocked(path, 'a file of that name is in the way');
    }
    this.#folders.set(path, { isNew: stats === undefined });
  }

  /** Moves a staged file or link into a folder that was ensured; what was there is kept for `undo`. */
  async place(staged: string, path: string): Promise<void> {
    const where = this.#locate(path);
    const isFree = this.#folders.get(posix.dirname(path))?.isNew === true;
    const stats = isFree ? undefined : await lookAt(where);
    if (stats?.isDirectory() === true) throw blocked(path, 'a folder of that name is in the way');
    if (stats !== undefined) {
      const kept = join(this.#staging, `replaced-${this.#replaced++}`);
      await rename(where, kept);
      this.#undo.push(() => rename(kept, where));
    }
    await rename(staged, where);
    this.#undo.push(() => rm(where));
  }

  /** Sets modes and times of folders, the deepest first: a folder changes with what is in it. */
  async finishFolders(folders: readonly ZipEntry[]): Promise<void> {
    for (const { path, mode, modifiedAt } of folders.toSorted(
      (a, b) => b.path.length - a.path.length,
    )) {
      const where = this.#locate(path);
      const before = await lstat(where);
      if (!before.isDirectory()) continue;
      this.#undo.push(() => chmod(where, before.mode & 0o7777));
      await chmod(where, mode);
      await utimes(where, new Date(), modifiedAt);
    }
  }

  /** Takes back everything, the last first; a step that fails does not keep the others from it. */
  async undo(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#undo.toReversed()) {
      await step().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) {
      throw new ArchiveError(
        'WRITE_FAILED',
        `Unpacking failed, and ${failures.length} changes could not be taken back.`,
        failures[0],
      );
    }
  }

  #locate(path: string): string | Buffer {
    return toFilePath(this.#root, path);
  }

  async #checkLink(path: string): Promise<void> {
    const where = this.#locate(path);
    const real = await realpath(where, 'buffer').then(decodePath, () => undefined);
    const isInside =
      real !== undefined && (real === this.#root || real.startsWith(posix.join(this.#root, '/')));
    if (!isInside) {
      throw new ArchiveError(
        'LINK_ESCAPE',
        `${quotePath(path)} is a link that leads out of the folder; nothing is unpacked through it.`,
      );
    }
    if (!(await stat(where)).isDirectory()) throw blocked(path, 'a link to a file is in the way');
  }
}

async function lookAt(where: string | Buffer): Promise<Stats | undefined> {
  try {
    return await lstat(where);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function blocked(path: string, reason: string): ArchiveError {
  return new ArchiveError('PATH_BLOCKED', `${quotePath(path)} cannot be unpacked: ${reason}.`);
}
