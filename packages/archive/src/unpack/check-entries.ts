import { ArchiveError } from '../archive-error.ts';
import { parentPaths, quotePath } from '../path-name.ts';
import { recordLength } from '../zip-format.ts';
import { brokenDirectory } from './read-at.ts';
import type { StoredEntry } from './zip-entry.ts';

/** An entry and the place before which its data has to end. */
export interface PlacedEntry extends StoredEntry {
  readonly limit: number;
}

/**
 * Checks that no path is there twice, or below something that is no folder.
 * @throws {@link ArchiveError} `NAME_DUPLICATE`, `PATH_CONFLICT`, `LINK_ESCAPE`
 */
export function checkTree(entries: readonly StoredEntry[]): void {
  const kinds = new Map<string, StoredEntry['kind']>();
  for (const { path, kind } of entries) {
    if (kinds.has(path)) {
      throw new ArchiveError('NAME_DUPLICATE', `The archive has two entries ${quotePath(path)}.`);
    }
    kinds.set(path, kind);
  }
  for (const { path } of entries) {
    for (const parent of parentPaths(path)) checkParent(path, parent, kinds.get(parent));
  }
}

function checkParent(path: string, parent: string, kind: StoredEntry['kind'] | undefined): void {
  if (kind === 'link') {
    throw new ArchiveError(
      'LINK_ESCAPE',
      `The archive has an entry ${quotePath(path)} that would be written through its link ${quotePath(parent)}.`,
    );
  }
  if (kind === 'file') {
    throw new ArchiveError(
      'PATH_CONFLICT',
      `The archive has an entry ${quotePath(path)} below its file ${quotePath(parent)}.`,
    );
  }
}

/**
 * Gives each entry the space up to the next one: an archive whose entries share data unpacks to
 * far more than it holds.
 * @throws {@link ArchiveError} `ENTRIES_OVERLAP`, `DIRECTORY_BROKEN`
 */
export function placeEntries(
  entries: readonly StoredEntry[],
  directoryOffset: number,
): readonly PlacedEntry[] {
  const byOffset = entries.toSorted((a, b) => a.offset - b.offset);
  const limits = new Map<StoredEntry, number>();
  for (const [index, entry] of byOffset.entries()) {
    const next = byOffset[index + 1];
    const end = entry.offset + recordLength.localHeader + entry.name.length + entry.packedSize;
    if (next !== undefined && end > next.offset) throw overlap(entry, next);
    if (end > directoryOffset) throw brokenDirectory(`${quotePath(entry.path)} lies outside it`);
    limits.set(entry, next?.offset ?? directoryOffset);
  }
  return entries.map((entry) => ({ ...entry, limit: limits.get(entry) ?? directoryOffset }));
}

function overlap(entry: StoredEntry, next: StoredEntry): ArchiveError {
  return new ArchiveError(
    'ENTRIES_OVERLAP',
    `The archive's entries ${quotePath(entry.path)} and ${quotePath(next.path)} overlap.`,
  );
}
