import type { Connection } from '../connection.ts';
import { damagedMessage } from '../store-error.ts';
import type { Finding } from './store-check.ts';

/** Enough to show what it is about; a damaged file can have a line for every page. */
const MOST_LINES = 20;

/** Reads every page and compares each index with its table. */
export function findFileDamage(db: Connection, file: string): readonly Finding[] {
  const lines = db.pragma(`integrity_check(${MOST_LINES})`) as { integrity_check: string }[];
  return lines
    .map((line) => line.integrity_check)
    .filter((line) => line !== 'ok')
    .map((line) => ({ kind: 'file', jobKey: undefined, message: damagedMessage(file, line) }));
}
