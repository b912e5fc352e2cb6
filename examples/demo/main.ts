// What `npm start` shows: a pipeline on two runners, each of them killed amid a job.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { runDemo } from './run-demo.ts';
import { Story } from './story.ts';

/** It takes about a third of this; whoever waits longer learns that something is wrong. */
const LIMIT_MS = 55_000;

const root = dirname(dirname(import.meta.dirname));
const folder = mkdtempSync(join(tmpdir(), 'fellrunner-demo-'));
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => interruption.abort(new Error(`Ended by ${name}.`)));
}
const tooLong = new Error(`It has not ended after ${LIMIT_MS / 1000} s.`);
setTimeout(() => interruption.abort(tooLong), LIMIT_MS).unref();

try {
  const { signal } = interruption;
  const isAsPromised = await runDemo({ root, folder, story: new Story(), signal });
  process.exitCode = isAsPromised ? 0 : 1;
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  // What is killed may write a moment longer.
  rmSync(folder, { recursive: true, maxRetries: 5 });
}
