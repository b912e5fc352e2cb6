import { symlinkSync, writeFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { openStore, openStoreReader, storeHolder } from '../src/index.ts';
import { startChild } from './support/child.ts';
import { tempFolder } from './support/temp-folder.ts';

describe('a store that has a live engine', () => {
  test('is refused to a second one, which is told who has it and what to do', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await using holder = startChild('./holding-child.ts', { args: [file] });
    expect(await holder.nextLine()).toBe('held');
    expect(() => openStore(file)).toThrow(
      expect.objectContaining({
        code: 'STORE_IN_USE',
        message: expect.stringMatching(
          new RegExp(`process ${holder.pid} \\(fellrunner run, .*--takeover`),
        ),
      }),
    );
    expect(storeHolder(file)).toMatchObject({ pid: holder.pid, program: 'fellrunner run' });
  });

  test('is free again once that one is killed', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await using holder = startChild('./holding-child.ts', { args: [file] });
    await holder.nextLine();
    await holder.kill('SIGKILL');
    await using store = openStore(file);
    expect(storeHolder(file)).toMatchObject({ pid: process.pid });
    await store[Symbol.asyncDispose]();
    expect(storeHolder(file)).toBeUndefined();
  });

  test('lets others read', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await using holder = startChild('./holding-child.ts', { args: [file] });
    await holder.nextLine();
    using reader = openStoreReader(file);
    expect(reader.jobs()).toEqual([]);
  });

  test('is refused in its own process too, and by another name', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await using store = openStore(file);
    symlinkSync(file, folder.file('link.db'));
    for (const name of [store.file, folder.file('link.db')]) {
      expect(() => openStore(name)).toThrow(/is open in this process already/);
    }
    await using other = startChild('./holding-child.ts', { args: [folder.file('link.db')] });
    expect(await other.nextLine()).toMatch(/^STORE_IN_USE .*process \d+ \(fellrunner, since/);
  });
});

test('a lock file that is damaged is named, and not the store', () => {
  using folder = tempFolder();
  const file = folder.file('fellrunner.db');
  writeFileSync(`${file}.lock`, 'no lock '.repeat(1000));
  expect(() => openStore(file)).toThrow(
    expect.objectContaining({
      code: 'STORE_DAMAGED',
      message: expect.stringMatching(/^The lock file .*\.lock is damaged\. Delete it/),
    }),
  );
});
