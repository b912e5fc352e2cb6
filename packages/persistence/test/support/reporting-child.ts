// Appends to one job without end, one event after the other, and tells of each that is durable
// and of each change of the store's health, a line each.
import { writeSync } from 'node:fs';

import { aLog, fact, stamped } from '@fellrunner/testkit';

import { openStore } from '../../src/index.ts';

const [file = ''] = process.argv.slice(2);
const store = openStore(file);
store.onHealth((health) => writeSync(1, `health ${JSON.stringify(health)}\n`));
// The store's own retries keep no process alive.
setInterval(() => undefined, 60_000);
const jobKey = await store.receive('{}', aLog({}, fact.stepBegins(0)));
for (let position = 2; ; position += 1) {
  await store.append(jobKey, position, stamped([fact.once(0, `once-${position}`)], position));
  writeSync(1, `durable ${position}\n`);
}
