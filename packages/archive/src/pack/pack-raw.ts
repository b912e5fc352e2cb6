import type { Readable } from 'node:stream';
import { ArchiveError } from '../archive-error.ts';
import { quotePath } from '../path-name.ts';
import { BlockPool } from './block-pool.ts';
import { toByteStream } from '../byte-stream.ts';
import {
  resolvePackOptions,
  type PackConfig,
  type PackEntries,
  type PackFile,
  type PackOptions,
} from './pack-entry.ts';
import { openEntry } from './read-entry.ts';

/**
 * Sends one file as it is, for GitLab's raw reports.
 * @throws {@link ArchiveError} `RAW_NEEDS_ONE_FILE` while being read, before any byte, where there
 * is not exactly one file; folders do not count.
 */
export function packRaw(entries: PackEntries, options: PackOptions = {}): Readable {
  return toByteStream(
    (signal) => rawPieces(entries, resolvePackOptions(options, signal)),
    options.signal,
  );
}

/** The file's blocks. */
export async function* rawPieces(
  entries: PackEntries,
  config: PackConfig,
): AsyncGenerator<Buffer, void, undefined> {
  const file = await findOnlyFile(entries);
  const pool = new BlockPool();
  const open = await openEntry(file, { config, pool });
  if (open === undefined) {
    throw new ArchiveError(
      'FILE_UNREADABLE',
      `${quotePath(file.path)} vanished before it was sent.`,
    );
  }
  for await (const block of open.blocks) {
    config.signal.throwIfAborted();
    yield block;
    if (config.reusesMemory) pool.giveBack(block);
  }
}

async function findOnlyFile(entries: PackEntries): Promise<PackFile> {
  let found: PackFile | undefined;
  for await (const entry of entries) {
    if (entry.kind === 'folder') continue;
    if (entry.kind === 'link') {
      throw new ArchiveError(
        'NOT_A_REGULAR_FILE',
        `The ${quotePath(entry.path)} is not a regular file.`,
      );
    }
    if (found !== undefined) {
      throw new ArchiveError('RAW_NEEDS_ONE_FILE', 'Only one file can be sent as raw.');
    }
    found = entry;
  }
  if (found === undefined) throw new ArchiveError('RAW_NEEDS_ONE_FILE', 'No file to send as raw.');
  return found;
}
