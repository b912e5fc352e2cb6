import type { JobEvent, JobKey } from '@fellrunner/core';
import { aLog, aPayload, fact, RECEIVED_AT, recordedLogs, stamped } from '@fellrunner/testkit';
import { describe, expect, test } from 'vitest';

import { openStore, openStoreReader, type Store } from '../src/index.ts';
import { KEEP_ALL } from './support/keep-all.ts';
import { tempFolder } from './support/temp-folder.ts';

async function keep(store: Store, events: readonly JobEvent[]): Promise<JobKey> {
  const [first, ...rest] = events;
  if (first?.type !== 'job.received') throw new Error('a log begins with job.received');
  const jobKey = await store.receive(aPayload(), [first]);
  await store.append(jobKey, 1, rest);
  return jobKey;
}

describe('a store reader beside the engine', () => {
  test('lists jobs oldest first, and sees each commit at once', async () => {
    using folder = tempFolder();
    await using store = openStore(folder.file('fellrunner.db'), KEEP_ALL);
    using reader = openStoreReader(store.file);
    expect(reader.jobs()).toEqual([]);
    const first = await keep(store, aLog({ name: 'build' }, fact.stepBegins(0)));
    const second = await keep(store, aLog({ name: 'test' }));
    expect(reader.jobs().map((job) => [job.key, job.name, job.state])).toEqual([
      [first, 'build', 'running.script'],
      [second, 'test', 'requested'],
    ]);
  });

  test('tells where a job is from, who does it, and what its report waits for', async () => {
    using folder = tempFolder();
    await using store = openStore(folder.file('fellrunner.db'), KEEP_ALL);
    const success = { status: 'success' } as const;
    const events = aLog(
      { gitlabId: 7, runner: 'fell', executor: { name: 'shell' } },
      fact.stepBegins(0),
      fact.stepEnded(0),
      fact.finished(success),
      fact.deferred('GitLab answers 502'),
      fact.resumed(),
    );
    const key = await keep(store, events);
    using reader = openStoreReader(store.file);
    expect(reader.job(key)).toEqual({
      key,
      gitlabId: 7,
      url: 'https://gitlab.example',
      name: 'test',
      stage: 'test',
      project: 'lakes/hills',
      runner: 'fell',
      executor: 'shell',
      state: 'finished.reporting',
      problem: undefined,
      outcome: success,
      waitsFor: 'GitLab answers 502',
      receivedAt: RECEIVED_AT,
      finishedAt: RECEIVED_AT + 3000,
      closedAt: undefined,
      resumes: 1,
    });
  });

  test.each(recordedLogs)('shows how it ended: $title', async ({ events, outcome }) => {
    using folder = tempFolder();
    await using store = openStore(folder.file('fellrunner.db'), KEEP_ALL);
    const key = await keep(store, events);
    using reader = openStoreReader(store.file);
    expect(reader.job(key)).toMatchObject({
      state: 'finished.closed',
      outcome,
      closedAt: events.at(-1)?.at,
    });
    expect(reader.jobs({ unfinishedOnly: true })).toEqual([]);
    expect(reader.events(key)).toEqual(await store.read(key));
  });

  test('shows the log’s beginning while the store has it', async () => {
    using folder = tempFolder();
    await using store = openStore(folder.file('fellrunner.db'), KEEP_ALL);
    const key = await keep(store, aLog({}));
    await store.append(key, 1, stamped([fact.stepBegins(0)]), {
      traceHead: Buffer.from('$ make\n'),
    });
    using reader = openStoreReader(store.file);
    expect(Buffer.from(reader.head(key) ?? []).toString()).toBe('$ make\n');
    expect(reader.head(99 as JobKey)).toBeUndefined();
  });
});

describe('find', () => {
  test('knows a job by GitLab’s id, and by its server where two have the same', async () => {
    using folder = tempFolder();
    await using store = openStore(folder.file('fellrunner.db'), KEEP_ALL);
    const here = await keep(store, aLog({ gitlabId: 42, url: 'https://gitlab.example' }));
    const there = await keep(
      store,
      aLog({ gitlabId: 42, url: 'http://other.example:8080/gitlab' }),
    );
    const alone = await keep(store, aLog({ gitlabId: 43 }));
    using reader = openStoreReader(store.file);
    const keysOf = (text: string): readonly JobKey[] => reader.find(text).map((job) => job.key);
    expect(keysOf('43')).toEqual([alone]);
    expect(reader.find('42').map((job) => job.reference)).toEqual([
      'gitlab.example/42',
      'other.example:8080/gitlab/42',
    ]);
    expect(keysOf('gitlab.example/42')).toEqual([here]);
    expect(keysOf('other.example:8080/gitlab/42')).toEqual([there]);
    expect(keysOf('other.example:8080/42')).toEqual([there]);
    expect(keysOf('https://gitlab.example/42')).toEqual([here]);
    expect([keysOf('44'), keysOf('nowhere/42'), keysOf('build'), keysOf('')]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });

  test('means the latest where a server gave an id twice', async () => {
    using folder = tempFolder();
    await using store = openStore(folder.file('fellrunner.db'), KEEP_ALL);
    await keep(store, aLog({ gitlabId: 1 }));
    const latest = await keep(store, aLog({ gitlabId: 1 }));
    using reader = openStoreReader(store.file);
    expect(reader.find('1').map((job) => job.key)).toEqual([latest]);
  });
});

test('a store that is not there is named', () => {
  using folder = tempFolder();
  const file = folder.file('fellrunner.db');
  expect(() => openStoreReader(file)).toThrow(`There is no store at ${file}`);
});

test('a store whose engine has gone is read as it was left', async () => {
  using folder = tempFolder();
  const file = folder.file('fellrunner.db');
  const store = openStore(file, KEEP_ALL);
  const key = await keep(store, aLog({}, fact.stepBegins(0)));
  await store[Symbol.asyncDispose]();
  using reader = openStoreReader(file);
  expect(reader.job(key)?.state).toBe('running.script');
});
