import { lchown, lutimes, open, symlink, type FileHandle } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ArchiveError } from '../archive-error.ts';
import { forEachAhead } from '../map-ahead.ts';
import { decodePath, encodePath, quotePath } from '../path-name.ts';
import type { PlacedEntry } from './check-entries.ts';
import { readEntryData } from './entry-data.ts';

/** A user and a group, by number. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** How entries are unpacked; see `UnpackOptions`. */
export interface StageOptions {
  readonly outsideLinks?: 'keep' | 'refuse';
  readonly owner?: FileOwner;
  readonly signal?: AbortSignal;
}

/** Entries unpacked side by side. */
const entriesAhead = 8;

/** A staged entry has its number for a name, so that no name of the archive matters here. */
export function stagedPath(staging: string, index: number): string {
  return join(staging, String(index));
}

/**
 * Unpacks all files and links into the staging folder and checks every byte of them.
 * @throws {@link ArchiveError}
 */
export async function stageEntries(
  file: FileHandle,
  entries: readonly PlacedEntry[],
  staging: string,
  options: StageOptions,
): Promise<void> {
  await forEachAhead(entries.entries(), entriesAhead, async ([index, entry]) => {
    options.signal?.throwIfAborted();
    const staged = { entry, path: stagedPath(staging, index), data: readEntryData(file, entry) };
    if (entry.kind === 'file') await stageFile(staged, options);
    if (entry.kind === 'link') await stageLink(staged, options);
  });
}

interface Staged {
  readonly entry: PlacedEntry;
  readonly path: string;
  readonly data: AsyncIterable<Buffer>;
}

async function stageFile({ entry, path, data }: Staged, options: StageOptions): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of data) {
      options.signal?.throwIfAborted();
      await file.writeFile(chunk);
    }
    if (options.owner !== undefined) await file.chown(options.owner.uid, options.owner.gid);
    await file.chmod(entry.mode);
    await file.utimes(new Date(), entry.modifiedAt);
  } finally {
    await file.close();
  }
}

async function stageLink({ entry, path, data }: Staged, options: StageOptions): Promise<void> {
  const target = decodePath(await collect(data));
  const isOutside = options.outsideLinks === 'refuse' && leadsOutside(entry.path, target);
  if (isOutside || target.includes('\0')) {
    throw new ArchiveError(
      'LINK_ESCAPE',
      `The archive's link ${quotePath(entry.path)} leads to ${quotePath(target)}, outside of it.`,
    );
  }
  await symlink(encodePath(target), path);
  if (options.owner !== undefined) await lchown(path, options.owner.uid, options.owner.gid);
  await lutimes(path, new Date(), entry.modifiedAt);
}

async function collect(data: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function leadsOutside(link: string, target: string): boolean {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const afterNames = parts.slice(parts.findIndex((part) => part !== '..'));
  // A `..` after a name counts as outside, for the name may be a link itself.
  if (target.startsWith('/') || (afterNames[0] !== '..' && afterNames.includes('..'))) return true;
  const resolved = posix.join(posix.dirname(link), target);
  return resolved === '..' || resolved.startsWith('../');
}
