import { closeSync, renameSync, rmSync } from 'node:fs';

import { RunnerError, type Logger } from '@fellrunner/core';

import { createEvents } from './migrations/0001-create-events.ts';
import type { Connection } from './connection.ts';
import { createPrivately } from './private-file.ts';

/** `FELL`: tells our stores from other programs' SQLite files. */
const APPLICATION_ID = 0x46454c4c;

/** One SQL text per version; the first makes version 1. Never changed once released. */
export const migrations: readonly string[] = [createEvents];

/** The version that this code reads and writes. */
const STORE_VERSION = migrations.length;

/** What {@link migrate} takes a store through; tests bring their own steps. */
export interface Migration {
  readonly file: string;
  readonly steps?: readonly string[];
  readonly logger?: Logger | undefined;
}

/**
 * Brings a store to the newest version, each step in a transaction of its own. A store that
 * holds something is copied to `<store>.backup-vN` first.
 *
 * @throws RunnerError `STORE_NEWER`, `STORE_DAMAGED`.
 */
export function migrate(db: Connection, { file, steps = migrations, logger }: Migration): void {
  const version = storeVersion(db, file, steps.length);
  if (version === steps.length) return;
  if (version > 0) {
    const backup = `${file}.backup-v${version}`;
    backUp(db, backup);
    logger?.info({ store: file, version: steps.length, backup }, 'The store is brought up to date');
  }
  for (const [index, step] of steps.slice(version).entries()) {
    db.transaction(() => {
      db.exec(step);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${version + index + 1}`);
    }).exclusive();
  }
}

/**
 * For an engine, before it changes anything: the file is a store of ours that it may open, or empty.
 *
 * @throws RunnerError `STORE_NEWER`; `STORE_DAMAGED` where the file is another program's.
 */
export function expectOurs(db: Connection, file: string): void {
  storeVersion(db, file, STORE_VERSION);
}

/**
 * For those who only look: a store of an older version is its engine's to bring up to date.
 *
 * @throws RunnerError `STORE_NEWER`, `STORE_DAMAGED`, `STORE_UNWRITABLE`.
 */
export function expectThisVersion(db: Connection, file: string): void {
  const version = storeVersion(db, file, STORE_VERSION);
  if (version === STORE_VERSION) return;
  const message =
    version === 0
      ? `The store ${file} is empty: no runner has used it yet.`
      : `The store ${file} has version ${version}, and this fellrunner reads ${STORE_VERSION}; ` +
        `a runner that starts with it brings it up to date.`;
  throw new RunnerError('STORE_UNWRITABLE', message);
}

/** 0 for an empty file. */
function storeVersion(db: Connection, file: string, newest: number): number {
  const version = Number(db.pragma('user_version', { simple: true }));
  const isOurs = db.pragma('application_id', { simple: true }) === APPLICATION_ID;
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (!isOurs && !isEmpty) {
    throw new RunnerError(
      'STORE_DAMAGED',
      `${file} is a database of another program; name another file with --store.`,
    );
  }
  if (version > newest) {
    throw new RunnerError(
      'STORE_NEWER',
      `The store ${file} has version ${version}, and this fellrunner reads up to ${newest}; ` +
        `use the newer fellrunner that wrote it, or name another file with --store.`,
    );
  }
  return version;
}

/** Written beside and renamed, so that a backup that exists is whole. */
function backUp(db: Connection, backup: string): void {
  const partial = `${backup}.partial`;
  rmSync(partial, { force: true });
  closeSync(createPrivately(partial));
  db.prepare('VACUUM INTO ?').run(partial);
  renameSync(partial, backup);
}
