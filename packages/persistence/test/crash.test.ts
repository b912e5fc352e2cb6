import { replayJob, type JobKey } from '@fellrunner/core';
import { expect, test } from 'vitest';

import { checkStore, openStore } from '../src/index.ts';
import { startChild, type Child } from './support/child.ts';
import { tempFolder } from './support/temp-folder.ts';

test('a process killed while it appends has lost nothing that it was told is durable', async () => {
  using folder = tempFolder();
  const file = folder.file('fellrunner.db');
  await using child = startChild('./appending-child.ts', { args: [file] });
  const acknowledged = await readUntil(child, 500);
  await child.kill('SIGKILL');
  await readOn(child, acknowledged);

  await using store = openStore(file);
  expect((await store.unfinished()).length).toBe(8);
  for (const [jobKey, end] of acknowledged) {
    const events = await store.read(jobKey);
    expect(events.length).toBeGreaterThanOrEqual(end);
    expect((events.length - 2) % 3, 'every append is there whole').toBe(0);
    expect(replayJob(events).state.context.onces).toBe(events.length - 2);
    expect(await store.payload(jobKey)).toBe('{"secret":1}');
  }
  expect(checkStore(file).problems).toEqual([]);
});

/** Where each job's log ends at least, by what the child said. */
type Ends = Map<JobKey, number>;

async function readUntil(child: Child, appends: number): Promise<Ends> {
  const ends: Ends = new Map();
  for (let count = 0; count < appends; count += 1) note(ends, await child.nextLine());
  return ends;
}

/** What it said before it died counts too. */
async function readOn(child: Child, ends: Ends): Promise<void> {
  for (let line = await child.nextLine(); line !== undefined; line = await child.nextLine()) {
    note(ends, line);
  }
}

function note(ends: Ends, line: string | undefined): void {
  const [jobKey, end] = (line ?? '').split(' ').map(Number);
  if (jobKey === undefined || end === undefined) throw new Error(`not an append: ${line}`);
  ends.set(jobKey as JobKey, end);
}
