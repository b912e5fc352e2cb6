import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { EmulatedJob, Emulator } from '@fellrunner/emulator';

import { allDone } from '../frame/all-done.ts';
import type { Bench, Stage } from '../frame/bench.ts';
import { startGitLab } from '../frame/gitlab.ts';
import { RunnerProcess } from '../frame/runner-process.ts';
import { quantile, type Sample } from '../frame/sample.ts';
import { shellJob } from '../frame/shell-job.ts';

const LOOK_MS = 50;
const WRITER = new URL('../programs/steady-writer.ts', import.meta.url).pathname;

/** How far the server's log is behind what the job has printed. */
export const live: Bench = {
  name: 'live',
  about: 'one shell job prints at a steady rate; the server asks for updates every 3 s',
  async measure(stage) {
    const [fast, slow] = stage.short ? [10, 10] : [60, 20];
    return [
      ...(await watchLog(stage, { name: '2 MB/s', bytesPerS: 2_000_000, seconds: fast })),
      ...(await watchLog(stage, { name: '20 KB/s', bytesPerS: 20_000, seconds: slow })),
    ];
  },
};

interface Output {
  readonly name: string;
  readonly bytesPerS: number;
  readonly seconds: number;
}

/** How much of the log there was at a moment. */
interface Progress {
  readonly at: number;
  readonly bytes: number;
}

async function watchLog(stage: Stage, output: Output): Promise<Sample[]> {
  await using gitlab = await startGitLab();
  const folder = join(stage.folder, String(output.bytesPerS));
  const args = ['--executor', 'shell', '--output-limit', '0'];
  await using runner = new RunnerProcess({ ...stage, folder }, gitlab, args);
  await allDone(runner, gitlab.jobs(shellJob('true', { count: 1 })));
  const diary = join(folder, 'diary');
  const { bytesPerS, seconds } = output;
  const script = `"${process.execPath}" "${WRITER}" ${bytesPerS} ${seconds} "${diary}"`;
  const job = gitlab.job(shellJob(script));
  const patchesBefore = patches(gitlab);
  const received = await watch(gitlab, job, allDone(runner, [job]));
  const written = readDiary(diary);
  const before = job.traceBytes.indexOf('line 0 of');
  return toSamples(output, lags(written, received, before), patches(gitlab) - patchesBefore);
}

/** Looks at the log's size until the job is done. */
async function watch(gitlab: Emulator, job: EmulatedJob, done: Promise<void>): Promise<Progress[]> {
  const seen: Progress[] = [];
  let isDone = false;
  const end = done.finally(() => (isDone = true));
  // Without a word of the log itself, which would be read from the disk each time.
  const view = `${gitlab.url}/_emulator/jobs/${job.id}`;
  while (!isDone) {
    const answer = await fetch(view);
    const { trace } = (await answer.json()) as { trace: { size: number } };
    seen.push({ at: Date.now(), bytes: trace.size });
    await sleep(LOOK_MS);
  }
  await end;
  return seen;
}

/** At each look: how long ago the last byte that had arrived was printed, in seconds. */
function lags(
  written: readonly Progress[],
  received: readonly Progress[],
  before: number,
): Progress[] {
  const [first, last] = [written[0]?.at ?? 0, written.at(-1)?.at ?? 0];
  return received
    .filter(({ at }) => at > first && at <= last)
    .map(({ at, bytes }) => {
      const missing = written.find((it) => it.bytes > bytes - before);
      return {
        at: (at - first) / 1000,
        bytes: missing === undefined ? 0 : (at - missing.at) / 1000,
      };
    });
}

function toSamples({ name, seconds }: Output, lag: readonly Progress[], count: number): Sample[] {
  const values = lag.map(({ bytes }) => Math.max(0, bytes));
  const half = Math.floor(values.length / 2);
  const growth = quantile(values.slice(half), 0.5) - quantile(values.slice(0, half), 0.5);
  return [
    { what: `${name}: lag p50`, unit: 's', value: quantile(values, 0.5) },
    { what: `${name}: lag p95`, unit: 's', value: quantile(values, 0.95) },
    { what: `${name}: lag p50, second half less first`, unit: 's', value: growth },
    { what: `${name}: PATCHes a second`, unit: '1/s', value: count / seconds },
  ];
}

function patches(gitlab: Emulator): number {
  const routes = Object.entries(gitlab.requestCounts.by_route);
  return routes.reduce((sum, [route, count]) => sum + (route.startsWith('PATCH') ? count : 0), 0);
}

function readDiary(file: string): Progress[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [at = 0, bytes = 0] = line.split(' ').map(Number);
    return { at, bytes };
  });
}
