import { RunnerError } from '@fellrunner/core';

import type { Connection } from './connection.ts';
import { damagedMessage } from './store-error.ts';

/** The tables that a start reads whole; they stay small. Events are read job by job. */
const NEEDED = ['store', 'notes', 'jobs', 'open_jobs'];

/**
 * Checks the pages that a start relies on; `checkStore` checks all. SQLite itself notices a file
 * that is shorter than its header says.
 *
 * @throws RunnerError `STORE_DAMAGED`.
 */
export function checkWhatAStartNeeds(db: Connection, file: string): void {
  for (const table of NEEDED) {
    const [first] = db.pragma(`quick_check('${table}')`) as { quick_check: string }[];
    if (first?.quick_check === 'ok') continue;
    const what = first?.quick_check ?? 'nothing can be read';
    throw new RunnerError('STORE_DAMAGED', damagedMessage(file, what));
  }
}
