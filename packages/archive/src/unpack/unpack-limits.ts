import { ArchiveError } from '../archive-error.ts';

/** What an archive may cost; each has a default that ordinary artifacts and caches stay below. */
export interface UnpackLimits {
  /** Files, links and folders; 500,000. */
  readonly maxEntries?: number;
  /** Bytes when unpacked; 64 GiB. */
  readonly maxBytes?: number;
  /** Unpacked bytes for each byte of the archive; 200, and only beyond 256 MiB. */
  readonly maxRatio?: number;
}

const defaults: Required<UnpackLimits> = {
  maxEntries: 500_000,
  maxBytes: 64 * 1024 ** 3,
  maxRatio: 200,
};

/** A log of zeros may well pack a thousandfold; below this size nobody is harmed by it. */
const harmlessBytes = 256 * 1024 ** 2;

/** A directory above this size is refused unread, since it has to be held in memory. */
const maxDirectoryBytes = 256 * 1024 ** 2;

/**
 * Checks what the end of an archive claims, before the directory is read.
 * @throws {@link ArchiveError} `LIMIT_ENTRIES`
 */
export function checkEntryCount(count: number, directoryBytes: number, limits: UnpackLimits): void {
  const { maxEntries } = { ...defaults, ...limits };
  if (count > maxEntries) {
    throw new ArchiveError(
      'LIMIT_ENTRIES',
      `The archive has ${count} entries; at most ${maxEntries} are allowed.`,
    );
  }
  if (directoryBytes > maxDirectoryBytes) {
    throw new ArchiveError(
      'LIMIT_ENTRIES',
      `The archive's directory has ${directoryBytes} bytes; at most ${maxDirectoryBytes} are allowed.`,
    );
  }
}

/**
 * Checks the sizes that the directory claims; unpacking holds each entry to its claim.
 * @throws {@link ArchiveError} `LIMIT_BYTES`, `LIMIT_RATIO`
 */
export function checkUnpackedBytes(
  unpackedBytes: number,
  archiveBytes: number,
  limits: UnpackLimits,
): void {
  const { maxBytes, maxRatio } = { ...defaults, ...limits };
  if (unpackedBytes > maxBytes) {
    throw new ArchiveError(
      'LIMIT_BYTES',
      `The archive unpacks to ${unpackedBytes} bytes; at most ${maxBytes} are allowed.`,
    );
  }
  if (unpackedBytes > harmlessBytes && unpackedBytes > archiveBytes * maxRatio) {
    throw new ArchiveError(
      'LIMIT_RATIO',
      `The archive of ${archiveBytes} bytes unpacks to ${unpackedBytes}; at most ${maxRatio} times its size is allowed.`,
    );
  }
}
