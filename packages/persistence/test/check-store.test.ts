import { rmSync } from 'node:fs';

import type { JobKey } from '@fellrunner/core';
import { aLog, fact, recordedLogs } from '@fellrunner/testkit';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import { checkStore, openStore, openStoreReader, type StoreCheck } from '../src/index.ts';
import { startChild } from './support/child.ts';
import { KEEP_ALL } from './support/keep-all.ts';
import { tempFolder } from './support/temp-folder.ts';

/** A store with two jobs that go on and one that is closed. */
async function leaveJobs(file: string): Promise<readonly [JobKey, JobKey, JobKey]> {
  await using store = openStore(file, KEEP_ALL);
  const running = await store.receive('{}', aLog({ gitlabId: 1 }, fact.stepBegins(0)));
  const waiting = await store.receive('{}', aLog({ gitlabId: 2 }));
  const closed = await store.receive('{}', aLog({ gitlabId: 3 }));
  const [, ...rest] = recordedLogs[0]?.events ?? [];
  await store.append(closed, 1, rest);
  return [running, waiting, closed];
}

/** Does to a store what only another program could. */
function meddle(file: string, sql: string, ...values: unknown[]): void {
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  db.prepare(sql).run(...values);
  db.close();
}

describe('checkStore', () => {
  test('finds nothing in a store that nobody meddled with, also while it is in use', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await leaveJobs(file);
    await using store = openStore(file, KEEP_ALL);
    expect(checkStore(store.file)).toEqual({ jobs: 3, events: 8, problems: [] });
  });

  test('takes an engine that writes all the while for no damage', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await using child = startChild('./appending-child.ts', { args: [file] });
    await child.nextLine();
    const { events } = checkStore(file);
    let check: StoreCheck;
    do {
      check = checkStore(file);
      expect(check.problems).toEqual([]);
    } while (check.events < events + 100);
  });

  test('finds a log that does not replay, and sets its job aside when it may mend', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const [running, waiting] = await leaveJobs(file);
    meddle(
      file,
      "UPDATE events SET type = 'job.closed' WHERE job_key = ? AND position = 1",
      running,
    );
    expect(checkStore(file).problems).toEqual([
      {
        kind: 'log',
        jobKey: running,
        mending: 'possible',
        message: expect.stringMatching(/^Job 1 of https:\/\/gitlab.example cannot be gone on with/),
      },
    ]);
    expect(checkStore(file, { mend: true }).problems).toMatchObject([{ mending: 'done' }]);
    expect(checkStore(file).problems).toEqual([]);
    await using store = openStore(file, KEEP_ALL);
    expect(await store.unfinished()).toEqual([waiting]);
    expect(await store.payload(running)).toBeUndefined();
    using reader = openStoreReader(file);
    expect(reader.job(running)).toMatchObject({
      state: 'unreadable',
      problem: expect.stringContaining('does not apply'),
      closedAt: expect.any(Number),
    });
  });

  test.each([
    ['a gap', 'DELETE FROM events WHERE job_key = ? AND position = 0'],
    ['data that is no JSON', "UPDATE events SET data = '{' WHERE job_key = ?"],
    [
      'a fact that nobody knows',
      "UPDATE events SET type = 'job.eaten' WHERE job_key = ? AND position = 1",
    ],
    ['no event at all', 'DELETE FROM events WHERE job_key = ?'],
  ])('finds a log with %s', async (_what, sql) => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const [running] = await leaveJobs(file);
    meddle(file, sql, running);
    expect(checkStore(file).problems).toMatchObject([{ kind: 'log', jobKey: running }]);
    using reader = openStoreReader(file);
    expect(reader.jobs().map((job) => job.state)).toEqual([
      'unreadable',
      'requested',
      'finished.closed',
    ]);
  });

  test('finds a job whose key is gone, and one whose rows are', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const [running, waiting] = await leaveJobs(file);
    rmSync(`${file}.key`);
    meddle(file, 'DELETE FROM open_jobs WHERE job_key = ?', waiting);
    expect(checkStore(file).problems).toMatchObject([
      { kind: 'key', jobKey: running, mending: 'impossible' },
      { kind: 'rows', jobKey: waiting, mending: 'possible' },
    ]);
  });

  test('removes rows that belong to no job', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await leaveJobs(file);
    meddle(file, 'INSERT INTO trace_heads VALUES (99, ?)', Buffer.from('x'));
    meddle(file, "INSERT INTO events VALUES (NULL, 98, 0, 'job.received', 0, 1, '{}')");
    expect(checkStore(file, { mend: true }).problems).toMatchObject([
      { kind: 'rows', message: expect.stringMatching(/^1 row\(s\) of events/), mending: 'done' },
      { kind: 'rows', message: expect.stringMatching(/^1 row\(s\) of trace_heads/) },
    ]);
    expect(checkStore(file)).toMatchObject({ jobs: 3, events: 8, problems: [] });
  });

  test('closes the rows of a job whose log is closed', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const [, , closed] = await leaveJobs(file);
    meddle(file, 'UPDATE jobs SET closed_at = NULL WHERE job_key = ?', closed);
    expect(checkStore(file, { mend: true }).problems).toMatchObject([
      { kind: 'rows', jobKey: closed, mending: 'done' },
    ]);
    expect(checkStore(file).problems).toEqual([]);
  });

  test('mends nothing while an engine has the store', async () => {
    using folder = tempFolder();
    await using store = openStore(folder.file('fellrunner.db'), KEEP_ALL);
    expect(() => checkStore(store.file, { mend: true })).toThrow(
      expect.objectContaining({ code: 'STORE_IN_USE' }),
    );
  });
});
