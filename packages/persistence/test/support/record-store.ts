/**
 * Records a store as this version writes it, for the versions to come:
 * `node --conditions=@fellrunner/source packages/persistence/test/support/record-store.ts`.
 * A recording is made once, at a release, and never again.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { nextAction, replayJob, type JobEvent, type JobReceived } from '@fellrunner/core';
import { aPayload, recordedLogs } from '@fellrunner/testkit';

import { openStore, type Store } from '../../src/index.ts';
import { digest, type RecordedJob, type RecordedStore } from './recorded-store.ts';

const packageFile = new URL('../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
const folder = new URL(`../fixtures/${version}/`, import.meta.url).pathname;

/** A job's whole log, or the first half of it, with a result for each `once` and a trace head. */
async function record(
  store: Store,
  title: string,
  events: readonly JobEvent[],
  gitlabId: number,
): Promise<RecordedJob> {
  const [first, ...rest] = events as [JobReceived, ...JobEvent[]];
  const received: JobReceived = { ...first, data: { ...first.data, gitlabId } };
  const payload = aPayload({ id: gitlabId, script: ['make'], timeoutS: 600 });
  const jobKey = await store.receive(payload, [received]);
  const results: string[] = [];
  for (const [index, event] of rest.entries()) {
    const isOnce = event.type === 'once.committed';
    if (isOnce) results.push(event.data.key);
    await store.append(jobKey, index + 1, [event], {
      ...(isOnce && { onceResult: { kind: 'json', text: JSON.stringify(event.data.key) } }),
      ...(event.type === 'step.finished' && { traceHead: Buffer.from(title) }),
    });
  }
  const { state } = replayJob([received, ...rest]);
  return {
    title,
    jobKey,
    gitlabId,
    payload: digest(payload),
    results,
    state: state.name,
    outcome: state.context.outcome,
    next: nextAction(state),
  };
}

const work = mkdtempSync(join(tmpdir(), 'fellrunner-record-'));
const file = join(work, 'store.db');
const jobs: RecordedJob[] = [];
{
  await using store = openStore(file, { retention: { maxAgeMs: Infinity } });
  for (const { title, events } of recordedLogs) {
    jobs.push(await record(store, title, events, jobs.length + 1));
    const half = events.slice(0, Math.ceil(events.length / 2));
    jobs.push(await record(store, `half of ${title}`, half, jobs.length + 1));
  }
}
{
  using db = new DatabaseSync(file);
  db.exec('VACUUM');
}
mkdirSync(folder, { recursive: true });
for (const name of ['store.db', 'store.db.key']) copyFileSync(join(work, name), join(folder, name));
const recorded: RecordedStore = { version, jobs };
writeFileSync(join(folder, 'jobs.json'), `${JSON.stringify(recorded, undefined, 1)}\n`);
rmSync(work, { recursive: true });
