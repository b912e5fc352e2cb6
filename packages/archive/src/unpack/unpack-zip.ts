import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ArchiveError, errnoOf, isArchiveError } from '../archive-error.ts';
import { forEachAhead } from '../map-ahead.ts';
import { quotePath } from '../path-name.ts';
import type { PlacedEntry } from './check-entries.ts';
import { openChecked } from './open-zip.ts';
import { stagedPath, stageEntries, type FileOwner } from './stage-entries.ts';
import { TreePlacer } from './tree-placer.ts';
import type { UnpackLimits } from './unpack-limits.ts';

/** What to unpack, and where. */
export interface UnpackOptions {
  readonly file: string;
  /** Made where it is missing; what is there already and not in the archive stays. */
  readonly into: string;
  readonly limits?: UnpackLimits;
  /**
   * A folder on the same file system in which the archive is unpacked before its files get their
   * places; the default is `into`.
   */
  readonly stagingFolder?: string;
  /**
   * Links whose target is outside: kept by default, since virtual environments have them. No
   * entry is ever written through one.
   */
  readonly outsideLinks?: 'keep' | 'refuse';
  /** Who is to own what is unpacked and the folders made for it; only root can give it away. */
  readonly owner?: FileOwner;
  readonly signal?: AbortSignal;
}

/** What was unpacked. */
export interface Unpacked {
  readonly files: number;
  readonly links: number;
  readonly folders: number;
  readonly bytes: number;
}

/** Files moved to their places side by side. */
const placedAtOnce = 16;

/**
 * Unpacks an archive, all of it or nothing: every byte is checked before the first file gets its
 * place, and a failure after that puts back what was there. Nothing but the folder `into` is left
 * of a refused archive. Modes, times and links are restored; owners are
 * not, but can be given.
 * @throws {@link ArchiveError}
 */
export async function unpackZip(options: UnpackOptions): Promise<Unpacked> {
  const archive = await openChecked(options.file, options.limits ?? {});
  try {
    await mkdir(options.into, { recursive: true });
    const root = await realpath(options.into);
    const staging = await mkdtemp(join(options.stagingFolder ?? root, '.fellrunner-unpack-'));
    try {
      await stageEntries(archive.file, archive.entries, staging, options);
      const placer = new TreePlacer({ root, staging, owner: options.owner });
      await placeEntries(archive.entries, staging, placer);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    return summarize(archive.entries);
  } catch (error) {
    throw toArchiveError(error, options);
  } finally {
    await archive.file.close();
  }
}

async function placeEntries(
  entries: readonly PlacedEntry[],
  staging: string,
  placer: TreePlacer,
): Promise<void> {
  const staged = entries.map((entry, index) => ({ entry, from: stagedPath(staging, index) }));
  const ofKind = (kind: PlacedEntry['kind']) => staged.filter(({ entry }) => entry.kind === kind);
  const place = (kind: PlacedEntry['kind']): Promise<void> =>
    forEachAhead(ofKind(kind), placedAtOnce, ({ entry, from }) => placer.place(from, entry.path));
  try {
    for (const { kind, path } of entries) {
      await placer.ensureFolder(kind === 'folder' ? path : posix.dirname(path));
    }
    await place('file');
    // Links come last: no file can be written through one that is not there.
    await place('link');
    await placer.finishFolders(entries.filter(({ kind }) => kind === 'folder'));
  } catch (error) {
    await placer.undo();
    throw error;
  }
}

function summarize(entries: readonly PlacedEntry[]): Unpacked {
  const count = (wanted: PlacedEntry['kind']): number =>
    entries.filter(({ kind }) => kind === wanted).length;
  return {
    files: count('file'),
    links: count('link'),
    folders: count('folder'),
    bytes: entries.reduce((sum, { size }) => sum + size, 0),
  };
}

function toArchiveError(error: unknown, { file, into, signal }: UnpackOptions): unknown {
  const code = errnoOf(error);
  if (isArchiveError(error) || code === undefined || signal?.aborted === true) return error;
  return new ArchiveError(
    'WRITE_FAILED',
    `The archive ${quotePath(file)} cannot be unpacked into ${quotePath(into)}: ${code}.`,
    error,
  );
}
