import { open, type FileHandle } from 'node:fs/promises';
import { joinChunks } from './chunk-joiner.ts';
import { gzipPieces } from './pack-gzip.ts';
import { rawPieces } from './pack-raw.ts';
import { chunkSize, zipPieces } from './pack-zip.ts';
import {
  resolvePackOptions,
  type PackConfig,
  type PackEntries,
  type PackOptions,
} from './pack-entry.ts';

/** Where to pack to, and how. */
export interface PackToFileOptions extends PackOptions {
  /** Made anew, for its owner alone. */
  readonly file: string;
  readonly format: 'zip' | 'gzip' | 'raw';
}

/**
 * Packs entries into a file and gives its size. Each piece is written before the next is made, so
 * that all of them use the same memory; compressing goes on meanwhile.
 * @throws {@link ArchiveError} as `packZip`, `packGzip` and `packRaw`
 */
export async function packToFile(
  entries: PackEntries,
  { file, format, ...options }: PackToFileOptions,
): Promise<number> {
  const signal = options.signal ?? new AbortController().signal;
  const config = { ...resolvePackOptions(options, signal), reusesMemory: true };
  await using target = await open(file, 'w', 0o600);
  let size = 0;
  for await (const chunk of joinChunks(piecesOf(format, entries, config), chunkSize)) {
    await writeWhole(target, chunk);
    size += chunk.length;
  }
  return size;
}

function piecesOf(
  format: PackToFileOptions['format'],
  entries: PackEntries,
  config: PackConfig,
): AsyncIterable<Buffer> {
  switch (format) {
    case 'zip':
      return zipPieces(entries, config);
    case 'gzip':
      return gzipPieces(entries, config);
    case 'raw':
      return rawPieces(entries, config);
  }
}

async function writeWhole(target: FileHandle, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    done += (await target.write(chunk, done, chunk.length - done)).bytesWritten;
  }
}
