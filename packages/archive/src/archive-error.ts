const brand = Symbol.for('@fellrunner/archive/ArchiveError');

/** Names why files were not packed or an archive was refused; scripts and tests may rely on the words. */
export type ArchiveErrorCode =
  | 'FILE_UNREADABLE'
  | 'WRITE_FAILED'
  | 'NOT_A_REGULAR_FILE'
  | 'RAW_NEEDS_ONE_FILE'
  | 'NOT_A_ZIP'
  | 'DIRECTORY_BROKEN'
  | 'ENTRY_ENCRYPTED'
  | 'METHOD_UNSUPPORTED'
  | 'NAME_UNSAFE'
  | 'NAME_DUPLICATE'
  | 'PATH_CONFLICT'
  | 'PATH_BLOCKED'
  | 'LINK_ESCAPE'
  | 'HARD_LINK'
  | 'SPECIAL_FILE'
  | 'ENTRIES_OVERLAP'
  | 'ENTRY_MISSING'
  | 'DATA_CORRUPT'
  | 'LIMIT_ENTRIES'
  | 'LIMIT_BYTES'
  | 'LIMIT_RATIO';

/** The one error of this package: its message is a single line that names the file or entry. */
export class ArchiveError extends Error {
  readonly code: ArchiveErrorCode;

  constructor(code: ArchiveErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ArchiveError';
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Recognises an {@link ArchiveError} also where two copies of this package are loaded. */
export function isArchiveError(error: unknown): error is ArchiveError {
  return typeof error === 'object' && error !== null && brand in error;
}

/** Reads the errno name (`ENOENT`) off whatever a file system call threw. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
