import { existsSync, readdirSync, statSync } from 'node:fs';

import { aLog, fact } from '@fellrunner/testkit';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import { connect, pluck } from '../src/connection.ts';
import { openStore, openStoreReader } from '../src/index.ts';
import { migrate } from '../src/migrate.ts';
import { tempFolder } from './support/temp-folder.ts';

const one = "CREATE TABLE hills (name TEXT); INSERT INTO hills VALUES ('Scafell')";
const two = 'ALTER TABLE hills ADD COLUMN height INTEGER';
const broken = 'UPDATE hills SET height = 978; SELECT * FROM no_such_table';

const versionOf = (file: string): unknown => {
  const db = new Database(file, { readonly: true });
  try {
    return db.pragma('user_version', { simple: true });
  } finally {
    db.close();
  }
};

describe('a store of an older version', () => {
  test('is copied for its owner alone, then brought up to date', () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const db = connect(file);
    migrate(db, { file, steps: [one] });
    migrate(db, { file, steps: [one, two] });
    expect(db.prepare('SELECT * FROM hills').all()).toEqual([{ name: 'Scafell', height: null }]);
    db.close();
    expect(versionOf(file)).toBe(2);
    expect(versionOf(`${file}.backup-v1`)).toBe(1);
    expect((statSync(`${file}.backup-v1`).mode & 0o777).toString(8)).toBe('600');
  });

  test('stays as it was where a step fails', () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const db = connect(file);
    migrate(db, { file, steps: [one, two] });
    expect(() => migrate(db, { file, steps: [one, two, broken] })).toThrow(/no_such_table/);
    expect(pluck<[], number | null>(db, 'SELECT height FROM hills').get()).toBeNull();
    db.close();
    expect(versionOf(file)).toBe(2);
  });

  test('is not copied again where nothing is to be done', () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const db = connect(file);
    migrate(db, { file, steps: [one] });
    migrate(db, { file, steps: [one] });
    db.close();
    expect(existsSync(`${file}.backup-v1`)).toBe(false);
  });

  test('is not read by those who only look, who are told what to do', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    connect(file).close();
    expect(() => openStoreReader(file)).toThrow(/is empty: no runner has used it yet/);
  });
});

test('a store of a newer version is refused, whole and unchanged', async () => {
  using folder = tempFolder();
  const file = folder.file('fellrunner.db');
  const store = openStore(file);
  const jobKey = await store.receive('{}', aLog({}, fact.stepBegins(0)));
  await store[Symbol.asyncDispose]();
  const db = new Database(file);
  const version = Number(db.pragma('user_version', { simple: true }));
  db.pragma(`user_version = ${version + 1}`);
  const refusal = expect.objectContaining({
    code: 'STORE_NEWER',
    message: expect.stringMatching(new RegExp(`The store ${file} has version ${version + 1}`)),
  });
  expect(() => openStore(file)).toThrow(refusal);
  expect(() => openStoreReader(file)).toThrow(refusal);
  db.pragma(`user_version = ${version}`);
  db.close();
  await using again = openStore(file);
  expect(await again.read(jobKey)).toHaveLength(2);
});

test('another program’s database is left alone', () => {
  using folder = tempFolder();
  const file = folder.file('firefox.db');
  const db = new Database(file);
  db.exec(one);
  db.close();
  expect(() => openStore(file)).toThrow(/firefox.db is a database of another program/);
  const after = new Database(file);
  expect(after.pragma('journal_mode', { simple: true })).toBe('delete');
  after.close();
  expect(readdirSync(folder.path)).toEqual(['firefox.db']);
});
