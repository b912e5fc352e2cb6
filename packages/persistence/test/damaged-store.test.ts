import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';

import { aLog, aPayload, fact } from '@fellrunner/testkit';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import { checkStore, openStore, openStoreReader } from '../src/index.ts';
import { tempFolder } from './support/temp-folder.ts';

const PAGE_BYTES = 4096;

async function fill(file: string, jobs: number): Promise<void> {
  await using store = openStore(file);
  const payload = aPayload();
  await Promise.all(
    Array.from({ length: jobs }, () => store.receive(payload, aLog({}, fact.stepBegins(0)))),
  );
}

/** The first page of a table's tree. */
function rootOf(file: string, table: string): number {
  const db = new Database(file, { readonly: true });
  const row = db
    .prepare<[string], { rootpage: number }>('SELECT rootpage FROM sqlite_schema WHERE name = ?')
    .get(table);
  db.close();
  return row?.rootpage ?? 0;
}

function scribble(file: string, page: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(PAGE_BYTES, 0xaa), 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
  closeSync(descriptor);
}

const refusal = (file: string) =>
  expect.objectContaining({
    name: 'RunnerError',
    code: 'STORE_DAMAGED',
    message: expect.stringMatching(new RegExp(`The store ${file} is damaged \\(.*start anew`, 's')),
  });

describe('a damaged store', () => {
  test('that is no database is refused with the way out', () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    writeFileSync(file, 'not a database, '.repeat(1000));
    expect(() => openStore(file)).toThrow(refusal(file));
    expect(() => openStoreReader(file)).toThrow(refusal(file));
    expect(readFileSync(file, 'utf8')).toMatch(/^not a database/);
  });

  test('that lost its end is refused', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await fill(file, 200);
    truncateSync(file, 20 * PAGE_BYTES);
    expect(() => openStore(file)).toThrow(refusal(file));
  });

  test.each(['jobs', 'open_jobs', 'notes'])(
    'whose table %s cannot be read is refused',
    async (table) => {
      using folder = tempFolder();
      const file = folder.file('fellrunner.db');
      await fill(file, 20);
      scribble(file, rootOf(file, table));
      expect(() => openStore(file)).toThrow(refusal(file));
    },
  );

  test('whose events cannot be read opens, says so of each job, and is told by a check', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await fill(file, 20);
    scribble(file, rootOf(file, 'events'));
    await using store = openStore(file);
    const [jobKey] = await store.unfinished();
    await expect(store.read(jobKey!)).rejects.toThrow(refusal(file));
    expect(checkStore(file).problems[0]).toMatchObject({ kind: 'file', mending: 'impossible' });
  });

  test('refuses every later write once one has met the damage, and says why', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await fill(file, 20);
    scribble(file, rootOf(file, 'events'));
    await using store = openStore(file);
    await expect(store.receive('{}', aLog({}))).rejects.toThrow(refusal(file));
    await expect(store.setNote('a', 'b')).rejects.toThrow(refusal(file));
    expect(store.health).toMatchObject({ writable: false });
  });
});
