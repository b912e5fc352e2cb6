import Database from 'better-sqlite3';

/** One connection to a SQLite file; the library is known to this package alone. */
export type Connection = Database.Database;

/** A prepared statement, by what goes in and what a row is. */
export interface Query<Values extends unknown[], Row = unknown> {
  run(...values: Values): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  get(...values: Values): Row | undefined;
  all(...values: Values): Row[];
}

export function query<Values extends unknown[], Row = unknown>(
  db: Connection,
  sql: string,
): Query<Values, Row> {
  return db.prepare<Values, Row>(sql);
}

/** A query whose rows are the values of their first column. */
export function pluck<Values extends unknown[], Value>(
  db: Connection,
  sql: string,
): Query<Values, Value> {
  return db.prepare<Values, Value>(sql).pluck();
}

/** How long opening waits for somebody who is just looking, such as a backup. */
const OPENING_PATIENCE_MS = 5_000;

/** Events are appended and jobs soon closed: the binding's 16 MB would fill with what nobody reads. */
const CACHE_KIB = 2048;

/**
 * Opens a store for its engine. A commit is on the disk before it returns: the binding is built
 * with `synchronous=NORMAL` for WAL files, so `FULL` is said here.
 */
export function connect(file: string): Connection {
  const db = new Database(file, { timeout: OPENING_PATIENCE_MS });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // Where fsync alone leaves the data in the drive's cache (macOS).
    db.pragma('fullfsync = ON');
    db.pragma('checkpoint_fullfsync = ON');
    db.pragma('secure_delete = ON');
    db.pragma('foreign_keys = ON');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens a store to look at it, beside an engine that uses it. */
export function connectReadonly(file: string): Connection {
  return new Database(file, { readonly: true, fileMustExist: true, timeout: OPENING_PATIENCE_MS });
}

/** What decides whether a commit survives a power cut, as SQLite has it at this moment. */
export interface StoreSettings {
  readonly journalMode: string;
  readonly synchronous: 'off' | 'normal' | 'full' | 'extra';
  readonly secureDelete: boolean;
}

export function readSettings(db: Connection): StoreSettings {
  const level = Number(db.pragma('synchronous', { simple: true }));
  return {
    journalMode: String(db.pragma('journal_mode', { simple: true })),
    synchronous: (['off', 'normal', 'full', 'extra'] as const)[level] ?? 'off',
    secureDelete: db.pragma('secure_delete', { simple: true }) === 1,
  };
}
