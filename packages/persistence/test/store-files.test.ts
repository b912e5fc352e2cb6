import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { aLog } from '@fellrunner/testkit';
import { describe, expect, test } from 'vitest';

import { openStore } from '../src/index.ts';
import { startChild } from './support/child.ts';
import { tempFolder } from './support/temp-folder.ts';

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('the files of a store', () => {
  test('are for their owner alone, whatever the umask', async () => {
    using folder = tempFolder();
    const umask = process.umask(0);
    try {
      const home = join(folder.path, 'state', 'fellrunner');
      await using store = openStore(join(home, 'fellrunner.db'));
      await store.receive('{}', aLog({}));
      expect(modeOf(home)).toBe('700');
      const modes = readdirSync(home).map((name) => [name, modeOf(join(home, name))]);
      expect(Object.fromEntries(modes)).toEqual({
        'fellrunner.db': '600',
        'fellrunner.db-shm': '600',
        'fellrunner.db-wal': '600',
        'fellrunner.db.jobs': '700',
        'fellrunner.db.key': '600',
        'fellrunner.db.lock': '600',
      });
    } finally {
      process.umask(umask);
    }
  });

  test('are taken from the others’ eyes where a copy had let them in', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await openStore(file)[Symbol.asyncDispose]();
    chmodSync(file, 0o644);
    chmodSync(`${file}.key`, 0o644);
    await using store = openStore(file);
    expect([modeOf(store.file), modeOf(`${file}.key`)]).toEqual(['600', '600']);
  });

  test('leave nothing beside the store, its key and its lock once it is closed', async () => {
    using folder = tempFolder();
    const store = openStore(folder.file('fellrunner.db'));
    await store.receive('{}', aLog({}));
    await store[Symbol.asyncDispose]();
    expect(readdirSync(folder.path).toSorted()).toEqual([
      'fellrunner.db',
      'fellrunner.db.jobs',
      'fellrunner.db.key',
      'fellrunner.db.lock',
    ]);
  });

  test('are none for a store in memory, but for its jobs’ folder while it lives', async () => {
    const store = openStore(':memory:');
    expect(statSync(store.jobsDir).isDirectory()).toBe(true);
    await store[Symbol.asyncDispose]();
    expect(() => statSync(store.jobsDir)).toThrow(/ENOENT/);
  });
});

describe('a place where no store can be', () => {
  test.each([
    ['below a file', (folder: string) => join(folder, 'file', 'fellrunner.db')],
    ['a folder', (folder: string) => join(folder, 'folder')],
  ])('is named, with the way out: %s', (_what, nameIn) => {
    using folder = tempFolder();
    writeFileSync(folder.file('file'), '');
    mkdirSync(folder.file('folder'));
    const file = nameIn(folder.path);
    expect(() => openStore(file)).toThrow(
      expect.objectContaining({
        code: 'STORE_UNWRITABLE',
        message: expect.stringMatching(new RegExp(`The store ${file} .*--store`)),
      }),
    );
  });

  test('is named where the folder is somebody else’s', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('only root can become somebody else');
    using folder = tempFolder();
    chmodSync(folder.path, 0o755);
    const file = folder.file('fellrunner.db');
    await using nobody = startChild('./holding-child.ts', { args: [file], uid: 65534 });
    expect(await nobody.nextLine()).toMatch(
      /^STORE_UNWRITABLE The store .* cannot be used; .*EACCES/,
    );
  });
});
