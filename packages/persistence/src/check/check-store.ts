import { systemClock, type Clock, type Secret } from '@fellrunner/core';

import { expectTables } from '../check-at-start.ts';
import { connect, connectReadonly, pluck, type Connection } from '../connection.ts';
import { findStore } from '../find-store.ts';
import { JobVault } from '../job-vault.ts';
import { expectThisVersion } from '../migrate.ts';
import { toStoreError } from '../store-error.ts';
import { findKeys } from '../store-key.ts';
import { holdStore } from '../store-lock.ts';
import { findFileDamage } from './find-file-damage.ts';
import { findForeignRows } from './find-foreign-rows.ts';
import { findJobProblems } from './find-job-problems.ts';
import type { Finding, StoreCheck, StoreProblem } from './store-check.ts';

/** How to check a store. */
export interface CheckOptions {
  /** As for the engine; without it `<store>.key` is read. */
  readonly key?: Secret;
  /** Mends what can be mended; only while no engine has the store. */
  readonly mend?: boolean;
  readonly clock?: Clock;
}

/**
 * Reads a store from end to end: SQLite's pages, what belongs to what, each job's log replayed.
 *
 * Mending sets a job aside whose log cannot be replayed (its events stay, its secrets go; GitLab
 * ends it by its own timeout) and removes rows that belong to no job. Each is in the result.
 *
 * @throws RunnerError `STORE_IN_USE` where a store that is in use is to be mended;
 *   `STORE_NEWER`, `STORE_UNWRITABLE`, and `STORE_DAMAGED` where nothing of it can be read.
 */
export function checkStore(file: string, options: CheckOptions = {}): StoreCheck {
  const path = findStore(file);
  try {
    return options.mend === true ? checkAndMend(path, options) : checkOnly(path, options);
  } catch (error) {
    throw toStoreError(error, file);
  }
}

function checkOnly(path: string, options: CheckOptions): StoreCheck {
  const db = connectReadonly(path);
  try {
    const damage = findDamage(db, path);
    if (damage.length > 0) return report(damage);
    // One snapshot: an engine that writes meanwhile must not look like damage.
    const look = db.transaction(() => report(findProblems(db, path, options), db));
    return look.deferred();
  } finally {
    db.close();
  }
}

function checkAndMend(path: string, options: CheckOptions): StoreCheck {
  const since = (options.clock ?? systemClock).now();
  const lock = holdStore(path, { pid: process.pid, program: 'fellrunner check', since });
  try {
    return mendHeld(path, options);
  } finally {
    lock[Symbol.dispose]();
  }
}

function mendHeld(path: string, options: CheckOptions): StoreCheck {
  const db = connect(path);
  try {
    const damage = findDamage(db, path);
    if (damage.length > 0) return report(damage);
    const mendAll = db.transaction(() => {
      const findings = findProblems(db, path, options);
      for (const { mend } of findings) mend?.();
      return report(findings, db, true);
    });
    return mendAll.immediate();
  } finally {
    db.close();
  }
}

/** Where SQLite's own pages are damaged, no more is made of what they say. */
function findDamage(db: Connection, path: string): readonly Finding[] {
  expectThisVersion(db, path);
  expectTables(db, path);
  return findFileDamage(db, path);
}

function findProblems(db: Connection, path: string, options: CheckOptions): readonly Finding[] {
  const keyFile = `${path}.key`;
  const keys = findKeys({ file: keyFile, given: options.key });
  const storeId = pluck<[], string>(db, 'SELECT store_id FROM store').get() ?? '';
  const vault = new JobVault(storeId, keys);
  const now = (options.clock ?? systemClock).now();
  return [...findForeignRows(db), ...findJobProblems({ db, vault, keyFile, now })];
}

/** Rows are counted where there is a connection by which they can be. */
function report(findings: readonly Finding[], db?: Connection, isMended = false): StoreCheck {
  const count = (table: string): number =>
    db === undefined ? 0 : (pluck<[], number>(db, `SELECT count(*) FROM ${table}`).get() ?? 0);
  const problems = findings.map((finding) => toProblem(finding, isMended));
  return { jobs: count('jobs'), events: count('events'), problems };
}

function toProblem({ mend, ...finding }: Finding, isMended: boolean): StoreProblem {
  const possible = isMended ? 'done' : 'possible';
  return { ...finding, mending: mend === undefined ? 'impossible' : possible };
}
