import { readFileSync } from 'node:fs';

import type { StoreHealth } from '@fellrunner/core';
import { aLog, fact, stamped } from '@fellrunner/testkit';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import { openStore } from '../src/index.ts';
import { tempFolder } from './support/temp-folder.ts';

const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** A frame of SQLite's write-ahead log that ends a transaction names the file's size after it. */
function countCommits(store: string): number {
  const wal = readFileSync(`${store}-wal`);
  const frame = FRAME_HEADER_BYTES + wal.readUInt32BE(8);
  let commits = 0;
  for (let at = WAL_HEADER_BYTES; at + frame <= wal.length; at += frame) {
    if (wal.readUInt32BE(at + 4) !== 0) commits += 1;
  }
  return commits;
}

test('a commit is on the disk before it is acknowledged: WAL with synchronous=FULL', async () => {
  using folder = tempFolder();
  await using store = openStore(folder.file('fellrunner.db'));
  expect(store.settings).toEqual({ journalMode: 'wal', synchronous: 'full', secureDelete: true });
});

test('the writes of one turn of the event loop share one commit', async () => {
  using folder = tempFolder();
  await using store = openStore(folder.file('fellrunner.db'));
  const keys = await Promise.all(Array.from({ length: 50 }, () => store.receive('{}', aLog({}))));
  const before = countCommits(store.file);
  await Promise.all([
    ...keys.map((jobKey) => store.append(jobKey, 1, stamped([fact.stepBegins(0)]))),
    store.setNote('a', 'b'),
  ]);
  expect(countCommits(store.file) - before).toBe(1);
});

test('an append that cannot be written as it is undoes itself alone', async () => {
  using folder = tempFolder();
  await using store = openStore(folder.file('fellrunner.db'));
  const jobKey = await store.receive('{}', aLog({}));
  const [event] = stamped([fact.stepBegins(0)]);
  const notAnInstant = { ...event!, at: 'noon' as unknown as number };
  const [bad, good] = await Promise.allSettled([
    store.append(jobKey, 1, [event!, notAnInstant]),
    store.append(jobKey, 1, [event!]),
  ]);
  expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled']);
  expect(await store.read(jobKey)).toHaveLength(2);
  expect(store.health).toEqual({ writable: true });
});

test('another program’s write is waited for, and nothing else waits with it', async () => {
  using folder = tempFolder();
  await using store = openStore(folder.file('fellrunner.db'));
  const jobKey = await store.receive('{}', aLog({}));
  const other = new Database(store.file);
  other.exec('BEGIN IMMEDIATE');
  const told: StoreHealth[] = [];
  const ill = Promise.withResolvers<void>();
  store.onHealth((health) => {
    told.push(health);
    ill.resolve();
  });
  const append = store.append(jobKey, 1, stamped([fact.stepBegins(0)]));
  await ill.promise;
  expect(await store.read(jobKey)).toHaveLength(1);
  other.exec('ROLLBACK');
  other.close();
  await append;
  expect(told).toEqual([
    { writable: false, why: expect.stringContaining('Another program is writing to the store') },
    { writable: true },
  ]);
});
