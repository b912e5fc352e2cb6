import { RunnerError } from '@fellrunner/core';

import { pluck, type Connection } from './connection.ts';
import { damagedMessage } from './store-error.ts';

/** The tables that a start reads whole; they stay small. Events are read job by job. */
const READ_WHOLE = ['store', 'notes', 'jobs', 'open_jobs'];
const TABLES = [...READ_WHOLE, 'events', 'once_results', 'trace_heads'];

/**
 * Checks the pages that a start relies on; `checkStore` checks all. SQLite itself notices a file
 * that is shorter than its header says.
 *
 * @throws RunnerError `STORE_DAMAGED`.
 */
export function checkWhatAStartNeeds(db: Connection, file: string): void {
  expectTables(db, file);
  for (const table of READ_WHOLE) {
    const [first] = db.pragma(`quick_check('${table}')`) as { quick_check: string }[];
    if (first?.quick_check !== 'ok') throw damaged(file, first?.quick_check ?? 'it is empty');
  }
}

/** @throws RunnerError `STORE_DAMAGED`. */
export function expectTables(db: Connection, file: string): void {
  const names = pluck<[], string>(db, "SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const missing = TABLES.filter((table) => !names.includes(table));
  if (missing.length > 0) throw damaged(file, `it has no table ${missing.join(', ')}`);
}

function damaged(file: string, what: string): RunnerError {
  return new RunnerError('STORE_DAMAGED', damagedMessage(file, what));
}
