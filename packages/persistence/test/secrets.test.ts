import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { JobKey } from '@fellrunner/core';
import { aLog, aPayload, fact, stamped, VirtualClock } from '@fellrunner/testkit';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import { openStore, openStoreReader, type Store } from '../src/index.ts';
import { tempFolder } from './support/temp-folder.ts';

/** The bytes of everything that lies in a folder; its key and lock files hold no secret of a job. */
function bytesIn(folder: string): Buffer {
  const files = readdirSync(folder).filter((name) => /(\.db|-wal)$/.test(name));
  return Buffer.concat(files.map((name) => readFileSync(join(folder, name))));
}

/** What opens a job's secrets, as it lies in the file. */
function wrappedKeys(file: string): Buffer[] {
  const db = new Database(file, { readonly: true });
  const rows = db.prepare<[], Buffer>('SELECT wrapped_key FROM open_jobs').pluck().all();
  db.close();
  return rows;
}

async function receiveMany(store: Store, jobs: number): Promise<readonly JobKey[]> {
  const payload = aPayload({ token: 'glcbt-topsecret' });
  return Promise.all(
    Array.from({ length: jobs }, async () => {
      const jobKey = await store.receive(payload, aLog({}, fact.stepBegins(0)));
      await store.append(jobKey, 2, stamped([fact.once(0, 'submit')], 2), {
        onceResult: { kind: 'json', text: '"glcbt-topsecret"' },
      });
      return jobKey;
    }),
  );
}

describe('what is secret of a job', () => {
  test('is nowhere to be read on the disk', async () => {
    using folder = tempFolder();
    await using store = openStore(folder.file('fellrunner.db'));
    await receiveMany(store, 20);
    expect(bytesIn(folder.path).includes('topsecret')).toBe(false);
    expect(bytesIn(folder.path).includes('once.committed')).toBe(true);
  });

  test('passes for no other job’s', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const store = openStore(file);
    const [left, right] = await receiveMany(store, 2);
    await store[Symbol.asyncDispose]();
    const db = new Database(file);
    db.prepare(
      `UPDATE open_jobs SET (wrapped_key, payload) =
       (SELECT wrapped_key, payload FROM open_jobs WHERE job_key = ?) WHERE job_key = ?`,
    ).run(left, right);
    db.close();
    await using again = openStore(file);
    expect(await again.payload(left!)).toContain('topsecret');
    expect(await again.payload(right!)).toBeUndefined();
  });

  test('cannot be opened from any file a minute after the job was closed', async () => {
    using folder = tempFolder();
    const clock = new VirtualClock();
    await using store = openStore(folder.file('fellrunner.db'), { clock });
    const keys = await receiveMany(store, 300);
    const wrapped = wrappedKeys(store.file);
    const kept = keys.filter((_key, index) => index % 50 === 0);
    const closed = keys.filter((key) => !kept.includes(key));
    await Promise.all(closed.map((key) => store.append(key, 3, stamped([fact.closed()], 3))));
    clock.advance(60_000);
    const bytes = bytesIn(folder.path);
    const found = wrapped.filter((key) => bytes.includes(key));
    expect(found).toHaveLength(kept.length);
    expect(statSync(`${store.file}-wal`).size).toBe(0);
  });

  test('is wiped from the write-ahead log once nobody reads any more', async () => {
    using folder = tempFolder();
    const clock = new VirtualClock();
    await using store = openStore(folder.file('fellrunner.db'), { clock });
    const [jobKey] = await receiveMany(store, 1);
    const [wrapped] = wrappedKeys(store.file);
    await store.append(jobKey!, 3, stamped([fact.closed()], 3));

    const slow = new Database(store.file, { readonly: true });
    slow.exec('BEGIN; SELECT * FROM jobs');
    clock.advance(60_000);
    expect(bytesIn(folder.path).includes(wrapped!)).toBe(true);
    slow.close();
    clock.advance(60_000);
    expect(bytesIn(folder.path).includes(wrapped!)).toBe(false);
  });
});

test('a reader sees what happened to a job without any key', async () => {
  using folder = tempFolder();
  const file = folder.file('fellrunner.db');
  await using store = openStore(file);
  const [jobKey] = await receiveMany(store, 1);
  using reader = openStoreReader(file);
  expect(reader.events(jobKey!)).toHaveLength(3);
  expect(JSON.stringify([reader.jobs(), reader.events(jobKey!)])).not.toContain('topsecret');
});
