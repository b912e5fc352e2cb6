import type { Readable } from 'node:stream';
import type { DiskContent, SelectedFolder, SelectedLink } from '../select/selection.ts';

/** The bytes of a file that is not read from the project folder. */
export type GivenContent = Readable | Uint8Array | string;

/** A file of an archive: from disk, as selected, or from wherever a handler has it. */
export interface PackFile {
  readonly kind: 'file';
  readonly path: string;
  readonly mode?: number;
  readonly modifiedAt?: Date;
  /** A function is called when the file's turn comes, and once only. */
  readonly content: DiskContent | GivenContent | (() => GivenContent | Promise<GivenContent>);
}

/** What goes into an archive; what `selectFiles` gives fits as it is. */
export type PackEntry = PackFile | SelectedLink | SelectedFolder;

/** A list is read ahead, many small files at once; a stream is taken one entry at a time. */
export type PackEntries = Iterable<PackEntry> | AsyncIterable<PackEntry>;

/** Something that a job's log should mention; the archive is complete without it. */
export interface PackNote {
  readonly kind: 'vanished' | 'changed' | 'moved-outside';
  readonly path: string;
}

/** How to pack. */
export interface PackOptions {
  readonly level?: CompressionLevel;
  /** Called while the archive is being read. */
  readonly onNote?: (note: PackNote) => void;
  readonly signal?: AbortSignal;
}

/** The words of `ARTIFACT_COMPRESSION_LEVEL` and `CACHE_COMPRESSION_LEVEL`. */
export type CompressionLevel = 'fastest' | 'fast' | 'default' | 'slow' | 'slowest';

/** {@link PackOptions} with all defaults in place. */
export interface PackConfig {
  /** zlib's level; 0 stores. */
  readonly level: number;
  readonly onNote: (note: PackNote) => void;
  readonly signal: AbortSignal;
  /** Whether a piece of the archive is used up when the next is asked for: then its memory is, too. */
  readonly reusesMemory: boolean;
}

/**
 * zlib's levels that come closest to those of gitlab-runner's packer in size: its default packs
 * text and binaries within 2 % of zlib's 3, and no slower level keeps up with it.
 */
const zlibLevels: Readonly<Record<CompressionLevel, number>> = {
  fastest: 0,
  fast: 1,
  default: 3,
  slow: 6,
  slowest: 9,
};

/** Fills in the defaults. */
export function resolvePackOptions(options: PackOptions, signal: AbortSignal): PackConfig {
  return {
    level: zlibLevels[options.level ?? 'default'],
    onNote: options.onNote ?? (() => undefined),
    signal,
    reusesMemory: false,
  };
}

/** Reads a compression level as gitlab-runner does; undefined means default, with a warning. */
export function parseCompressionLevel(name: string): CompressionLevel | undefined {
  if (name === '') return 'default';
  return Object.keys(zlibLevels).find((level): level is CompressionLevel => level === name);
}
