/** A runner that keeps every job in its store, where the command keeps the last 10,000. */
import { parseArgs } from 'node:util';

import { Runner } from '@fellrunner/engine';
import { openStore } from '@fellrunner/persistence';

const DAY_MS = 24 * 3600_000;
const text = { type: 'string', default: '' } as const;
const { values } = parseArgs({
  allowPositionals: true,
  options: { url: text, store: text, handler: text, concurrency: text, 'log-level': text },
});

const { concurrency, handler, url } = values;
const token = process.env['FELLRUNNER_TOKEN'] ?? '';
const retention = { maxJobs: Number.MAX_SAFE_INTEGER, maxAgeMs: DAY_MS };
await using store = openStore(values.store, { retention });
await new Runner({ url, token, handler, store, concurrency: Number(concurrency) }).run();
