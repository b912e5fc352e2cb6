// Appends to the jobs of a store without end, three events at a time, and says what it was told
// is durable: one line "job position" an append, written before anything else happens.
import { writeSync } from 'node:fs';

import type { JobKey } from '@fellrunner/core';
import { aLog, fact, stamped } from '@fellrunner/testkit';

import { openStore } from '../../src/index.ts';

const JOBS = 8;
const [file = ''] = process.argv.slice(2);
const store = openStore(file);
const keys = await Promise.all(
  Array.from({ length: JOBS }, () => store.receive('{"secret":1}', aLog({}, fact.stepBegins(0)))),
);
await Promise.all(keys.map(appendForEver));

async function appendForEver(jobKey: JobKey): Promise<void> {
  for (let position = 2; ; position += 3) {
    const keysOfOne = [0, 1, 2].map((part) => fact.once(0, `${position}-${part}`));
    await store.append(jobKey, position, stamped(keysOfOne, position));
    writeSync(1, `${jobKey} ${position + 3}\n`);
  }
}
