import { messageOf } from '@fellrunner/core';

import type { Connection } from '../connection.ts';
import { damagedMessage, isDamage } from '../store-error.ts';
import type { Finding } from './store-check.ts';

/** Enough to show what it is about; a damaged file can have a line for every page. */
const MOST_LINES = 20;

/** Reads every page and compares each index with its table. */
export function findFileDamage(db: Connection, file: string): readonly Finding[] {
  return integrityLines(db)
    .filter((line) => line !== 'ok')
    .map((line) => ({ kind: 'file', jobKey: undefined, message: damagedMessage(file, line) }));
}

function integrityLines(db: Connection): readonly string[] {
  try {
    const rows = db.pragma(`integrity_check(${MOST_LINES})`) as { integrity_check: string }[];
    return rows.map((row) => row.integrity_check);
  } catch (error) {
    // Some damage keeps even the check from going on.
    if (isDamage(error)) return [messageOf(error)];
    throw error;
  }
}
