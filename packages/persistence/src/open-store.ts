import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { silentLogger, systemClock } from '@fellrunner/core';

import { checkWhatAStartNeeds } from './check-at-start.ts';
import { CommitQueue } from './commit-queue.ts';
import { connect, connectReadonly, type Connection } from './connection.ts';
import { JobRows } from './job-rows.ts';
import { JobVault } from './job-vault.ts';
import { jobsWithoutKey, refuseWrongKey, warnOfLostKeys } from './lost-keys.ts';
import { expectOurs, migrate } from './migrate.ts';
import { prepareFolder, prepareStoreFile, tighten } from './private-file.ts';
import { SqliteEventLog, type StoreParts } from './sqlite-event-log.ts';
import { prepareStatements } from './statements.ts';
import { toStoreError } from './store-error.ts';
import { loadKeys } from './store-key.ts';
import { holdStore } from './store-lock.ts';
import type { Retention, Store, StoreOptions } from './store.ts';
import { Upkeep } from './upkeep.ts';

/** A store without a file, for tests and for runners that need not outlive their process. */
const IN_MEMORY = ':memory:';

const DEFAULT_RETENTION: Retention = { maxAgeMs: 7 * 24 * 3600_000, maxJobs: 10_000 };

/**
 * Opens a store, or makes one: the file, `<store>.key` and `<store>.lock`, for their owner alone.
 * Until it is disposed of, no other engine can open it.
 *
 * @throws RunnerError `STORE_IN_USE`, `STORE_NEWER`, `STORE_DAMAGED`, `STORE_UNWRITABLE`,
 *   `STORE_FULL`, or `CONFIG_INVALID` where the key given is none, or not that of the jobs.
 * @example
 * await using store = openStore('fellrunner.db');
 */
export function openStore(file: string, options: StoreOptions = {}): Store {
  return openStoreBy(connect, file, options);
}

/** {@link openStore} over a connection that a test makes, to take its room away later. */
export function openStoreBy(
  connectTo: typeof connect,
  file: string,
  options: StoreOptions = {},
): Store {
  try {
    return file === IN_MEMORY
      ? openInMemory(connectTo, options)
      : openOnDisk(connectTo, file, options);
  } catch (error) {
    throw toStoreError(error, file);
  }
}

function openOnDisk(connectTo: typeof connect, file: string, options: StoreOptions): Store {
  const { clock = systemClock, program = 'fellrunner' } = options;
  const path = prepareStoreFile(file);
  lookAt(path);
  tighten(path);
  const lock = holdStore(path, { pid: process.pid, program, since: clock.now() });
  const jobsDir = `${path}.jobs`;
  return orRelease(lock, () => {
    prepareFolder(jobsDir);
    const place = { file: path, keyFile: `${path}.key`, jobsDir, hold: lock };
    return openHeld(connectTo(path), place, options);
  });
}

/** Another program's file is refused before anything is changed about it. */
function lookAt(path: string): void {
  const db = connectReadonly(path);
  try {
    expectOurs(db, path);
  } finally {
    db.close();
  }
}

function openInMemory(connectTo: typeof connect, options: StoreOptions): Store {
  const jobsDir = mkdtempSync(join(tmpdir(), 'fellrunner-'));
  const hold = { [Symbol.dispose]: () => rmSync(jobsDir, { recursive: true, force: true }) };
  const place = { file: IN_MEMORY, keyFile: undefined, jobsDir, hold };
  return orRelease(hold, () => openHeld(connectTo(IN_MEMORY), place, options));
}

/** Where a store's parts lie, once nobody else can have them. */
interface Place extends Pick<StoreParts, 'file' | 'jobsDir' | 'hold'> {
  readonly keyFile: string | undefined;
}

function openHeld(db: Connection, place: Place, options: StoreOptions): Store {
  return orRelease({ [Symbol.dispose]: () => db.close() }, () => {
    migrate(db, { file: place.file, logger: options.logger });
    checkWhatAStartNeeds(db, place.file);
    const log = assemble(db, place, options);
    // From here on another's lock is waited for by trying again, never by standing still.
    db.pragma('busy_timeout = 0');
    return log;
  });
}

function assemble(db: Connection, { keyFile, ...place }: Place, options: StoreOptions): Store {
  const { clock = systemClock, logger = silentLogger } = options;
  const sql = prepareStatements(db);
  const storeId = identify(db, clock.now());
  const keys = loadKeys({ file: keyFile, given: options.key });
  const vault = new JobVault(storeId, keys.all);
  const lost = jobsWithoutKey(sql, vault);
  if (options.key !== undefined) refuseWrongKey(lost, place.file);
  warnOfLostKeys(lost, { keys, keyFile, logger });
  const queue = new CommitQueue(db, place.file, clock);
  const retention = { ...DEFAULT_RETENTION, ...options.retention };
  const upkeep = new Upkeep({ db, sql, queue, clock, retention });
  const rows = new JobRows(sql, vault);
  return new SqliteEventLog({ ...place, storeId, db, sql, rows, queue, upkeep });
}

/** The store's own name: made once, at random, since paths and machines change. */
function identify(db: Connection, now: number): string {
  db.prepare('INSERT INTO store VALUES (1, ?, ?) ON CONFLICT DO NOTHING').run(
    randomBytes(8).toString('hex'),
    now,
  );
  return db.prepare<[], string>('SELECT store_id FROM store').pluck().get() ?? '';
}

function orRelease<T>(resource: Disposable, body: () => T): T {
  try {
    return body();
  } catch (error) {
    resource[Symbol.dispose]();
    throw error;
  }
}
