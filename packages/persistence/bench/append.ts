// How many events a second the store makes durable, beside what SQLite itself does with the same
// rows in one transaction per round, and how many whole jobs a second with 16 in flight.
// Run: node --conditions=@fellrunner/source packages/persistence/bench/append.ts [--json]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { JobKey } from '@fellrunner/core';
import { aLog, aPayload, fact, stamped } from '@fellrunner/testkit';

import { connect } from '../src/connection.ts';
import { openStore } from '../src/index.ts';
import { migrate } from '../src/migrate.ts';
import { prepareStatements } from '../src/statements.ts';

const WRITERS = [1, 4, 16, 64, 256, 1_000];
const RUN_MS = 1_500;
const ROUNDS = 3;
const JOBS_IN_FLIGHT = 16;

const [event] = stamped([fact.once(0, 'submit', 4096)]);
if (event === undefined) throw new Error('a fact makes an event');

interface Row {
  readonly writers: number;
  readonly eventsPerS: number;
  readonly rawPerS: number;
}

const rows: Row[] = [];
for (const writers of WRITERS) {
  // Turn about, since the machine's own speed changes by the minute.
  const ours: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await inFolder((file) => measureStore(file, writers)));
    raw.push(await inFolder((file) => measureRaw(file, writers)));
  }
  rows.push({ writers, eventsPerS: median(ours), rawPerS: median(raw) });
}
const jobs = await inFolder(measureJobs);

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ rows, jobs })}\n`);
} else {
  const lines = rows.map(({ writers, eventsPerS, rawPerS }) =>
    [
      String(writers).padStart(7),
      eventsPerS.toFixed(0).padStart(10),
      rawPerS.toFixed(0).padStart(10),
      `${((eventsPerS / rawPerS) * 100).toFixed(0)} %`.padStart(8),
    ].join(' '),
  );
  process.stdout.write('writers   events/s  raw SQLite    share\n');
  process.stdout.write(`${lines.join('\n')}\n`);
  process.stdout.write(
    `\n${jobs.perS.toFixed(0)} jobs/s, ${jobs.cpuUs.toFixed(0)} µs CPU a job ` +
      `(${JOBS_IN_FLIGHT} in flight, 6 events in 3 commits, a payload of ${jobs.payloadBytes} bytes)\n`,
  );
}

async function measureStore(file: string, writers: number): Promise<number> {
  await using store = openStore(file);
  const keys = await Promise.all(
    Array.from({ length: writers }, () => store.receive('{}', aLog({}, fact.stepBegins(0)))),
  );
  let count = 0;
  const start = performance.now();
  const write = async (jobKey: JobKey): Promise<void> => {
    for (let position = 2; performance.now() - start < RUN_MS; position += 1) {
      await store.append(jobKey, position, [event!]);
      count += 1;
    }
  };
  await Promise.all(keys.map(write));
  return (count / (performance.now() - start)) * 1000;
}

function measureRaw(file: string, writers: number): number {
  const db = connect(file);
  migrate(db, { file });
  const sql = prepareStatements(db);
  const insert = (jobKey: JobKey, position: number): void => {
    const { type, at, data } = event!;
    sql.addEvent.run(jobKey, position, type, at, 1, JSON.stringify(data));
  };
  const keys = Array.from(
    { length: writers },
    () => Number(sql.addJob.run(1, 'https://gitlab.example').lastInsertRowid) as JobKey,
  );
  const round = db.transaction((position: number) => {
    for (const jobKey of keys) insert(jobKey, position);
  });
  let count = 0;
  const start = performance.now();
  for (let position = 2; performance.now() - start < RUN_MS; position += 1) {
    round(position);
    count += writers;
  }
  const perS = (count / (performance.now() - start)) * 1000;
  db.close();
  return perS;
}

/** What a job of a handler that does nothing costs: three waits, six events, a small log. */
async function measureJobs(
  file: string,
): Promise<{ perS: number; cpuUs: number; payloadBytes: number }> {
  await using store = openStore(file);
  const payload = aPayload({
    variables: Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`CI_VARIABLE_${i}`, 'a value like those of GitLab']),
    ),
  });
  const success = { status: 'success' } as const;
  const head = Buffer.from('Hello from a handler.\n'.repeat(5));
  const first = aLog({}, fact.stepBegins(0));
  const second = stamped([fact.stepEnded(0), fact.cleaned(), fact.finished(success)], 2);
  const third = stamped([fact.closed()], 5);
  let count = 0;
  const start = performance.now();
  const cpu = process.cpuUsage();
  const work = async (): Promise<void> => {
    while (performance.now() - start < 4 * RUN_MS) {
      const jobKey = await store.receive(payload, first);
      await store.append(jobKey, 2, second, { traceHead: head });
      await store.append(jobKey, 5, third);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: JOBS_IN_FLIGHT }, work));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { perS: count / seconds, cpuUs: (user + system) / count, payloadBytes: payload.length };
}

async function inFolder<T>(measure: (file: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-bench-'));
  try {
    return await measure(join(folder, 'fellrunner.db'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
