import { isRunnerError, messageOf, RunnerError } from '@fellrunner/core';

/** SQLite's and the file system's codes by what a person can do about them. */
const FULL = /^(SQLITE_FULL|ENOSPC|EDQUOT)/;
const IN_USE = /^SQLITE_(BUSY|LOCKED|PROTOCOL)/;
const DAMAGED = /^SQLITE_(CORRUPT|NOTADB|FORMAT)/;
const UNWRITABLE = /^(SQLITE_(IOERR|READONLY|CANTOPEN|PERM|AUTH|NOMEM|NOLFS)|E[A-Z0-9]+$)/;

/** Says in a person's words what became of a store, and the way out; other errors pass as they are. */
export function toStoreError(error: unknown, file: string): unknown {
  if (isRunnerError(error)) return error;
  const code = codeOf(error);
  const options = { cause: error, retryable: isTransient(error) };
  const said = `(${code}: ${messageOf(error)})`;
  if (FULL.test(code)) {
    return new RunnerError(
      'STORE_FULL',
      `No room for the store ${file}; free some ${said}.`,
      options,
    );
  }
  if (IN_USE.test(code)) {
    return new RunnerError(
      'STORE_IN_USE',
      `Another program is writing to the store ${file}; end it ${said}.`,
      options,
    );
  }
  if (DAMAGED.test(code)) {
    return new RunnerError('STORE_DAMAGED', damagedMessage(file, messageOf(error)), options);
  }
  if (UNWRITABLE.test(code)) {
    return new RunnerError(
      'STORE_UNWRITABLE',
      `The store ${file} cannot be used; see to its folder and permissions, ` +
        `or name another file with --store ${said}.`,
      options,
    );
  }
  return error;
}

/** What a person reads about a store that is not what was written. */
export function damagedMessage(file: string, what: string): string {
  return (
    `The store ${file} is damaged (${what}). Put a backup in its place, or move it and its ` +
    `-wal file away and start anew: what it held of unfinished jobs is then lost to the runner.`
  );
}

/** Whether the same write may get through later, without anybody but the disk having changed. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  return FULL.test(code) || IN_USE.test(code) || UNWRITABLE.test(code);
}

/** Whether the file itself is the trouble, so that no later write can be trusted. */
export function isDamage(error: unknown): boolean {
  return DAMAGED.test(codeOf(error));
}

/** SQLite's extended code or the system's; empty where there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
