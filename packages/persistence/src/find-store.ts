import { existsSync, realpathSync } from 'node:fs';

import { RunnerError } from '@fellrunner/core';

/**
 * The path of a store that exists, links followed: its key and its lock lie beside that.
 *
 * @throws RunnerError `STORE_UNWRITABLE` where there is none.
 */
export function findStore(file: string): string {
  if (existsSync(file)) return realpathSync(file);
  throw new RunnerError(
    'STORE_UNWRITABLE',
    `There is no store at ${file}; name the one that the runner uses with --store.`,
  );
}
