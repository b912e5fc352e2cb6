import { RunnerError, type JobKey, type Logger } from '@fellrunner/core';

import type { JobVault } from './job-vault.ts';
import type { Statements } from './statements.ts';
import type { StoreKeys } from './store-key.ts';

/** The unfinished jobs that none of the store's keys opens: nobody can report them any more. */
export function jobsWithoutKey(sql: Statements, vault: JobVault): readonly JobKey[] {
  return sql.wrappedKeys
    .all()
    .filter((row) => vault.unwrap(row.job_key, row.wrapped_key) === undefined)
    .map((row) => row.job_key);
}

/** Where the keys came from, and who is to be told. */
export interface LostKeysContext {
  readonly keys: StoreKeys;
  readonly keyFile: string | undefined;
  readonly logger: Logger;
}

/**
 * Refuses a key that was given and is another than the store's: to go on would give up jobs that
 * the right one opens.
 *
 * @throws RunnerError `CONFIG_INVALID`.
 */
export function refuseWrongKey(lost: readonly JobKey[], file: string): void {
  if (lost.length === 0) return;
  throw new RunnerError(
    'CONFIG_INVALID',
    `The store's key that was given (FELLRUNNER_STORE_KEY) does not open ${lost.length} unfinished ` +
      `job(s) of ${file}. Give the one that they were received with, or add that one to the file ` +
      `${file}.key as a line. If it is lost, start once without a key given: then they are given up.`,
  );
}

export function warnOfLostKeys(
  jobs: readonly JobKey[],
  { keys, keyFile, logger }: LostKeysContext,
): void {
  if (jobs.length === 0) return;
  const made = keys.isNew ? ' A new key was made for the jobs to come.' : '';
  logger.warn(
    { keyFile, jobs: jobs.length },
    `${jobs.length} unfinished job(s) need a key that is not in ${keyFile}: they cannot be ` +
      `reported, and GitLab's own timeout ends them.${made} Should the old key turn up, stop the ` +
      `runner before it gives them up and add the key to that file as another line.`,
  );
}
