import { mkdir, mkdtemp, open, realpath, rm, symlink, lutimes } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ArchiveError, errnoOf, isArchiveError } from '../archive-error.ts';
import { forEachAhead } from '../map-ahead.ts';
import { decodePath, encodePath, quotePath } from '../path-name.ts';
import type { PlacedEntry } from './check-entries.ts';
import { readEntryData } from './entry-data.ts';
import { openChecked, type CheckedArchive } from './open-zip.ts';
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
  readonly signal?: AbortSignal;
}

/** What was unpacked. */
export interface Unpacked {
  readonly files: number;
  readonly links: number;
  readonly folders: number;
  readonly bytes: number;
}

/** Entries unpacked side by side. */
const entriesAhead = 8;

/** Files moved to their places side by side. */
const placedAtOnce = 16;

/**
 * Unpacks an archive, all of it or nothing: every byte is checked before the first file gets its
 * place, and a failure after that puts back what was there. Nothing but the folder `into` is left
 * of a refused archive. Modes, times and links are restored, owners are not.
 * @throws {@link ArchiveError}
 */
export async function unpackZip(options: UnpackOptions): Promise<Unpacked> {
  const archive = await openChecked(options.file, options.limits ?? {});
  try {
    await mkdir(options.into, { recursive: true });
    const root = await realpath(options.into);
    const staging = await mkdtemp(join(options.stagingFolder ?? root, '.fellrunner-unpack-'));
    try {
      await stageEntries(archive, staging, options);
      await placeEntries(archive, root, staging);
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

/** A staged entry has its number for a name, so that no name of the archive matters here. */
function stagedPath(staging: string, index: number): string {
  return join(staging, String(index));
}

async function stageEntries(
  { file, entries }: CheckedArchive,
  staging: string,
  { signal, outsideLinks = 'keep' }: UnpackOptions,
): Promise<void> {
  const stage = async ([index, entry]: readonly [number, PlacedEntry]): Promise<void> => {
    signal?.throwIfAborted();
    const data = readEntryData(file, entry);
    const path = stagedPath(staging, index);
    if (entry.kind === 'file') await stageFile(path, entry, data, signal);
    if (entry.kind === 'link') await stageLink(path, entry, data, outsideLinks);
  };
  await forEachAhead(entries.entries(), entriesAhead, stage);
}

async function stageFile(
  path: string,
  entry: PlacedEntry,
  data: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of data) {
      signal?.throwIfAborted();
      await file.writeFile(chunk);
    }
    await file.chmod(entry.mode);
    await file.utimes(new Date(), entry.modifiedAt);
  } finally {
    await file.close();
  }
}

async function stageLink(
  path: string,
  entry: PlacedEntry,
  data: AsyncIterable<Buffer>,
  outsideLinks: 'keep' | 'refuse',
): Promise<void> {
  const target = decodePath(await collect(data));
  const isOutside = outsideLinks === 'refuse' && leadsOutside(entry.path, target);
  if (isOutside || target.includes('\0')) {
    throw new ArchiveError(
      'LINK_ESCAPE',
      `The archive's link ${quotePath(entry.path)} leads to ${quotePath(target)}, outside of it.`,
    );
  }
  await symlink(encodePath(target), path);
  await lutimes(path, new Date(), entry.modifiedAt);
}

async function collect(data: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A `..` after a name counts as outside, for the name may be a link itself. */
function leadsOutside(link: string, target: string): boolean {
  if (target.startsWith('/') || /[^./][^/]*\/(.*\/)?\.\.(\/|$)/.test(target)) return true;
  const resolved = posix.join(posix.dirname(link), target);
  return resolved === '..' || resolved.startsWith('../');
}

async function placeEntries(
  { entries }: CheckedArchive,
  root: string,
  staging: string,
): Promise<void> {
  const placer = new TreePlacer(root, staging);
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
