import { createHash } from 'node:crypto';
import type { SelectedEntry } from '../select/selection.ts';
import { blockSize } from './block-pool.ts';
import { openDiskFile, readBlockwise } from './disk-file.ts';
import { resolvePackOptions, type PackOptions } from './pack-entry.ts';

/** A regular file among selected entries, and the SHA-256 of its bytes in hexadecimal digits. */
export interface FileHash {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Hashes the regular files of a selection, in its order, opened as for packing: what is left out of
 * an archive is left out here.
 * @throws {@link ArchiveError} `FILE_UNREADABLE`
 */
export async function* hashFiles(
  entries: Iterable<SelectedEntry>,
  options: PackOptions = {},
): AsyncGenerator<FileHash, void, undefined> {
  const config = resolvePackOptions(options, options.signal ?? new AbortController().signal);
  const block = Buffer.allocUnsafe(blockSize);
  for (const entry of entries) {
    if (entry.kind !== 'file') continue;
    const { content, path } = entry;
    const found = await openDiskFile(path, content, config);
    if (found === undefined) continue;
    const hash = createHash('sha256');
    for await (const data of readBlockwise(found, () => block)) {
      config.signal.throwIfAborted();
      hash.update(data);
    }
    yield { path, sha256: hash.digest('hex') };
  }
}
