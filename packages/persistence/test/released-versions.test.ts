import { existsSync } from 'node:fs';

import { nextAction, replayJob } from '@fellrunner/core';
import { fact, frozenEvents, stamped } from '@fellrunner/testkit';
import { describe, expect, test } from 'vitest';

import { checkStore, openStore } from '../src/index.ts';
import { migrations } from '../src/migrate.ts';
import { KEEP_ALL } from './support/keep-all.ts';
import { copyStore, digest, recordedStores } from './support/recorded-store.ts';
import { tempFolder } from './support/temp-folder.ts';

/** The store's version in each release of the program. */
const STORE_VERSIONS: Readonly<Record<string, number>> = { '0.1.0': 1 };

describe.each(recordedStores)('a store that $version has written', ({ version, jobs }) => {
  test('opens, brought up to date, with a copy of what it was where that changed it', async () => {
    using folder = tempFolder();
    const file = copyStore(version, folder.path);
    await using store = openStore(file, KEEP_ALL);
    const storeVersion = STORE_VERSIONS[version]!;
    const isOlder = storeVersion < migrations.length;
    expect(existsSync(`${file}.backup-v${storeVersion}`)).toBe(isOlder);
    expect(checkStore(store.file).problems).toEqual([]);
  });

  test('holds every job as it was: its state, what comes next, its payload and results', async () => {
    using folder = tempFolder();
    await using store = openStore(copyStore(version, folder.path), KEEP_ALL);
    for (const { jobKey, title, ...job } of jobs) {
      const { state } = replayJob(await store.read(jobKey));
      expect([state.name, state.context.outcome, nextAction(state)], title).toEqual([
        job.state,
        job.outcome,
        job.next,
      ]);
      const isClosed = job.state === 'finished.closed';
      const payload = await store.payload(jobKey);
      expect(payload && digest(payload), title).toBe(isClosed ? undefined : job.payload);
      const results = await store.onceResults(jobKey, 0);
      expect(results.map(({ key }) => key)).toEqual(isClosed ? [] : job.results);
    }
  });

  test('lets its unfinished jobs go on', async () => {
    using folder = tempFolder();
    await using store = openStore(copyStore(version, folder.path), KEEP_ALL);
    const unfinished = await store.unfinished();
    expect(unfinished).toHaveLength(jobs.filter((it) => it.state !== 'finished.closed').length);
    for (const jobKey of unfinished) {
      const events = await store.read(jobKey);
      await store.append(jobKey, events.length, stamped([fact.resumed()], events.length));
      expect(replayJob(await store.read(jobKey)).state.context.resumes).toBeGreaterThan(0);
    }
  });

  test('holds no word that is not among the frozen ones', async () => {
    using folder = tempFolder();
    await using store = openStore(copyStore(version, folder.path), KEEP_ALL);
    const frozen = new Set(frozenEvents.flatMap(({ type, data }) => wordsIn(type, data)));
    const logs = await Promise.all(jobs.map(({ jobKey }) => store.read(jobKey)));
    const words = logs.flat().flatMap(({ type, data }) => wordsIn(type, data));
    expect([...new Set(words)].filter((word) => !frozen.has(word))).toEqual([]);
  });
});

/** `step.finished`, `step.finished/step` and so on; what a failure holds differs by its reason. */
function wordsIn(type: string, data: object): string[] {
  return [type, ...Object.keys(data).map((field) => `${type}/${field}`)];
}
