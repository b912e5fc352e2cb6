import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ArchiveError, errnoOf } from '../archive-error.ts';
import { toByteStream } from '../byte-stream.ts';
import { quotePath } from '../path-name.ts';
import { checkTree, placeEntries, type PlacedEntry } from './check-entries.ts';
import { readEntryData } from './entry-data.ts';
import { findDirectory } from './find-directory.ts';
import { brokenDirectory, readAt } from './read-at.ts';
import { checkEntryCount, checkUnpackedBytes, type UnpackLimits } from './unpack-limits.ts';
import { parseRecord, type StoredEntry, type ZipEntry } from './zip-entry.ts';

/** A zip archive of which single entries can be read; close it, or let `await using` do it. */
export interface ZipArchive extends AsyncDisposable {
  /** In the order of the archive's directory. */
  readonly entries: readonly ZipEntry[];
  /**
   * Opens a file, or a link, whose data is its target; no link is followed.
   * @throws {@link ArchiveError} `ENTRY_MISSING`, `NOT_A_REGULAR_FILE`; the stream ends with
   * `DATA_CORRUPT` where the data is not what the directory says.
   */
  open(path: string): Readable;
  close(): Promise<void>;
}

/**
 * Opens an archive and checks its whole directory, so that a hostile archive is refused before
 * anything of it is read.
 * @throws {@link ArchiveError}
 */
export async function openZip(path: string, limits: UnpackLimits = {}): Promise<ZipArchive> {
  const { file, entries } = await openChecked(path, limits);
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const close = (): Promise<void> => file.close();
  return {
    entries,
    open(wanted) {
      const entry = byPath.get(wanted.replace(/^(\.\/)+/, ''));
      if (entry === undefined) {
        throw new ArchiveError('ENTRY_MISSING', `The archive has no entry ${quotePath(wanted)}.`);
      }
      if (entry.kind === 'folder') {
        throw new ArchiveError(
          'NOT_A_REGULAR_FILE',
          `The archive's entry ${quotePath(wanted)} is a folder.`,
        );
      }
      return toByteStream(() => readEntryData(file, entry));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** An open archive whose directory holds nothing unsafe. */
export interface CheckedArchive {
  readonly file: FileHandle;
  readonly entries: readonly PlacedEntry[];
}

/** Opens and checks an archive; the caller closes the file. */
export async function openChecked(path: string, limits: UnpackLimits): Promise<CheckedArchive> {
  const file = await openFile(path);
  try {
    return { file, entries: await readEntries(file, limits) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const code = errnoOf(error) ?? String(error);
    throw new ArchiveError(
      'FILE_UNREADABLE',
      `The archive ${quotePath(path)} cannot be read: ${code}.`,
      error,
    );
  }
}

async function readEntries(
  file: FileHandle,
  limits: UnpackLimits,
): Promise<readonly PlacedEntry[]> {
  const { size: fileSize } = await file.stat();
  const place = await findDirectory(file, fileSize);
  checkEntryCount(place.count, place.size, limits);
  const directory = await readAt(file, place.offset, place.size);
  const entries: StoredEntry[] = [];
  let at = 0;
  for (let index = 0; index < place.count; index++) {
    const { entry, end } = parseRecord(directory, at);
    entries.push(entry);
    at = end;
  }
  if (at !== directory.length) throw brokenDirectory('its directory is longer than it says');
  checkUnpackedBytes(
    entries.reduce((sum, { size }) => sum + size, 0),
    fileSize,
    limits,
  );
  const placed = placeEntries(entries, place.offset);
  // gitlab-runner writes an entry `./` for the project folder itself.
  const inTree = placed.filter(({ path }) => path !== '');
  checkTree(inTree);
  return inTree;
}
