import { closeSync, existsSync } from 'node:fs';

import { RunnerError } from '@fellrunner/core';
import Database from 'better-sqlite3';

import type { Connection } from './connection.ts';
import { createPrivately } from './private-file.ts';
import { codeOf, isDamage } from './store-error.ts';

/** Who has a store; good for a message only, since it is the kernel that knows. */
export interface StoreHolder {
  readonly pid: number;
  /** What the process called itself, such as `fellrunner run`. */
  readonly program: string;
  /** In milliseconds since 1970. */
  readonly since: number;
}

/** How long a holder that is just writing its name keeps others waiting. */
const PATIENCE_MS = 250;

/** Locks that are held: one that nobody refers to would be given away with the garbage. */
const held = new Set<Connection>();

/**
 * Makes this process the one live engine of a store, until the result is disposed of or the
 * process dies, however it dies.
 *
 * The lock is SQLite's own (the kernel's, by `fcntl`) on a file of its own, and one that lets
 * others read who holds it: a transaction that was begun and never writes. Nobody may open that
 * file in this process by other means: closing any descriptor of it would give the lock away.
 *
 * @throws RunnerError `STORE_IN_USE`, naming the process and the way out; `STORE_DAMAGED` where
 *   the lock file is no lock file.
 */
export function holdStore(store: string, holder: StoreHolder): Disposable {
  const file = lockFile(store);
  if (!existsSync(file)) closeSync(createPrivately(file));
  const db = new Database(file, { timeout: PATIENCE_MS });
  try {
    takeLock(db, holder);
  } catch (error) {
    const refusal = refusalOf(error, db, store, holder.pid);
    db.close();
    throw refusal;
  }
  held.add(db);
  return {
    [Symbol.dispose]() {
      held.delete(db);
      db.close();
    },
  };
}

/** The live engine of a store; undefined where it has none. */
export function storeHolder(store: string): StoreHolder | undefined {
  const file = lockFile(store);
  if (!existsSync(file)) return undefined;
  const db = new Database(file, { timeout: PATIENCE_MS });
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    return undefined;
  } catch (error) {
    if (codeOf(error).startsWith('SQLITE_BUSY')) return readHolder(db);
    throw error;
  } finally {
    db.close();
  }
}

function lockFile(store: string): string {
  return `${store}.lock`;
}

/** The name is committed first, for others to read; whoever then has the lock sees its own. */
function takeLock(db: Connection, holder: StoreHolder): void {
  for (;;) {
    db.transaction(() => writeHolder(db, holder)).immediate();
    db.exec('BEGIN IMMEDIATE');
    if (readHolder(db)?.pid === holder.pid) return;
    db.exec('ROLLBACK');
  }
}

function writeHolder(db: Connection, { pid, program, since }: StoreHolder): void {
  db.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER, program TEXT, since INTEGER)');
  db.exec('DELETE FROM holder');
  db.prepare('INSERT INTO holder VALUES (?, ?, ?)').run(pid, program, since);
}

function readHolder(db: Connection): StoreHolder | undefined {
  return db.prepare<[], StoreHolder>('SELECT pid, program, since FROM holder').get();
}

function refusalOf(error: unknown, db: Connection, store: string, ownPid: number): unknown {
  if (codeOf(error).startsWith('SQLITE_BUSY')) return storeInUse(store, readHolder(db), ownPid);
  if (!isDamage(error)) return error;
  return new RunnerError(
    'STORE_DAMAGED',
    `The lock file ${lockFile(store)} is damaged. Delete it if no runner uses the store: it ` +
      `holds nothing but the name of the one that does.`,
    { cause: error },
  );
}

function storeInUse(store: string, by: StoreHolder | undefined, ownPid: number): RunnerError {
  const message =
    by?.pid === ownPid
      ? `The store ${store} is open in this process already; close it first.`
      : `The store ${store} is in use by ${describe(by)}; stop it, or start with --takeover to ` +
        `go on in its place.`;
  return new RunnerError('STORE_IN_USE', message, { retryable: true });
}

function describe(holder: StoreHolder | undefined): string {
  return holder === undefined
    ? 'another process'
    : `process ${holder.pid} (${holder.program}, since ${new Date(holder.since).toISOString()})`;
}
