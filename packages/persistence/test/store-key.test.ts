import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

import { Secret, silentLogger, type JobKey, type Logger } from '@fellrunner/core';
import { aLog, fact, stamped } from '@fellrunner/testkit';
import { describe, expect, test } from 'vitest';

import { openStore, type StoreOptions } from '../src/index.ts';
import { tempFolder } from './support/temp-folder.ts';

/** A store with one unfinished job, closed again. */
async function leaveJob(file: string, options: StoreOptions = {}): Promise<JobKey> {
  await using store = openStore(file, options);
  return store.receive('the payload', aLog({}, fact.stepBegins(0)));
}

function warningsTo(messages: string[]): Logger {
  return { ...silentLogger, warn: (_fields, message) => void messages.push(message) };
}

describe('a store’s key', () => {
  test('is made with the store: 32 bytes in base64, used again at the next start', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const jobKey = await leaveJob(file);
    const key = readFileSync(`${file}.key`, 'utf8');
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    await using store = openStore(file);
    expect(await store.payload(jobKey)).toBe('the payload');
    expect(readFileSync(`${file}.key`, 'utf8')).toBe(key);
  });

  test.each(['base64', 'hex'] as const)(
    'may be given in %s; then no file is made',
    async (form) => {
      using folder = tempFolder();
      const file = folder.file('fellrunner.db');
      const key = new Secret(randomBytes(32).toString(form));
      const jobKey = await leaveJob(file, { key });
      expect(() => readFileSync(`${file}.key`)).toThrow(/ENOENT/);
      await using store = openStore(file, { key });
      expect(await store.payload(jobKey)).toBe('the payload');
    },
  );

  test('that is given still leaves older jobs to the one in the file', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const jobKey = await leaveJob(file);
    await using store = openStore(file, { key: new Secret(randomBytes(32).toString('hex')) });
    expect(await store.payload(jobKey)).toBe('the payload');
  });

  test('that is given and is not the store’s is refused while unfinished jobs need the right one', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const right = new Secret(randomBytes(32).toString('base64'));
    const jobKey = await leaveJob(file, { key: right });
    expect(() => openStore(file, { key: new Secret(randomBytes(32).toString('hex')) })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`does not open 1 unfinished job(s) of ${file}`),
      }),
    );
    await using again = openStore(file, { key: right });
    expect(await again.payload(jobKey)).toBe('the payload');
  });

  test('that is given and is none is refused without being shown', () => {
    using folder = tempFolder();
    const key = new Secret('hunter2');
    expect(() => openStore(folder.file('fellrunner.db'), { key })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.not.stringContaining('hunter2'),
      }),
    );
  });

  test('that is lost takes the payload along and nothing else, and is said aloud', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const lost = await leaveJob(file);
    rmSync(`${file}.key`);
    const warnings: string[] = [];
    await using store = openStore(file, { logger: warningsTo(warnings) });
    expect(warnings).toEqual([expect.stringMatching(/^1 unfinished job\(s\) need a key .*\.key/)]);
    expect(await store.payload(lost)).toBeUndefined();
    expect(await store.read(lost)).toHaveLength(2);
    expect(await store.unfinished()).toEqual([lost]);
    await store.append(lost, 2, stamped([fact.abandoned(403), fact.stepEnded(0)], 2));
    const next = await store.receive('another', aLog({}));
    expect(await store.payload(next)).toBe('another');
  });

  test('that is lost lets no result of a once be kept in the clear', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const lost = await leaveJob(file);
    rmSync(`${file}.key`);
    await using store = openStore(file);
    const append = store.append(lost, 2, stamped([fact.once(0, 'submit')], 2), {
      onceResult: { kind: 'json', text: '1' },
    });
    await expect(append).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    expect(await store.read(lost)).toHaveLength(2);
  });

  test('that turns up again is added as a line, and opens its jobs beside the new ones', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    const older = await leaveJob(file);
    renameSync(`${file}.key`, folder.file('old.key'));
    const newer = await leaveJob(file);
    appendFileSync(`${file}.key`, readFileSync(folder.file('old.key')));
    await using store = openStore(file);
    expect(await store.payload(older)).toBe('the payload');
    expect(await store.payload(newer)).toBe('the payload');
  });

  test('whose file holds no key is neither used nor replaced', async () => {
    using folder = tempFolder();
    const file = folder.file('fellrunner.db');
    await leaveJob(file);
    writeFileSync(`${file}.key`, 'half a ke');
    expect(() => openStore(file)).toThrow(
      expect.objectContaining({
        code: 'STORE_DAMAGED',
        message: expect.stringMatching(/The key file .*\.key does not hold a key/),
      }),
    );
    expect(readFileSync(`${file}.key`, 'utf8')).toBe('half a ke');
  });
});
