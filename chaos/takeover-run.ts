import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startEmulator, type Emulator } from '@fellrunner/emulator';
import { openStoreReader } from '@fellrunner/persistence';

import { configureBothKinds } from './both-kinds.ts';
import { findFault, modelOf, queueShellJob, type ChaosJob } from './chaos-jobs.ts';
import type { ChaosReport } from './chaos-report.ts';
import { leftoverFolders, leftoverProcesses } from './leftovers.ts';
import { LockWatch } from './lock-watch.ts';
import { RunnerProcess } from './runner-process.ts';
import { until } from './until.ts';

export interface TakeoverOptions {
  /** How long the jobs run. */
  readonly seconds: number;
  /** A new runner takes over so often. */
  readonly everyS: number;
  readonly onProgress?: (line: string) => void;
}

const LINES_A_SECOND = 20;
/** Nobody may have the store for so long. */
const LONGEST_GAP_MS = 2000;
const handler = new URL('./ticking-handler.ts', import.meta.url).pathname;

/** Replaces a runner by the next, again and again, while a shell job and a handler's job run. */
export async function runTakeover(options: TakeoverOptions): Promise<ChaosReport> {
  const { everyS, seconds, onProgress } = options;
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-takeover-'));
  await using gitlab = await startEmulator({
    settings: { update_interval_s: 1, flush_delay_s: 0.1 },
  });
  const config = await configureBothKinds(gitlab, folder, { handler, concurrent: 4 });
  const store = join(folder, 'runner.db');
  const createRunner = (number: number): RunnerProcess =>
    new RunnerProcess({
      folder,
      name: `runner-${number}`,
      store,
      args: ['--config', config, '--takeover'],
      env: { HOME: folder },
    });
  const runners = [createRunner(0)];
  const faults: string[] = [];
  try {
    runners[0]!.start();
    using watch = new LockWatch(store);
    const model = await undisturbed(gitlab);
    const jobs = queueJobs(gitlab, seconds * LINES_A_SECOND);
    await until('both jobs run', () => jobs.every(({ job }) => job.trace.includes('line 1 ')));
    const took: number[] = [];
    for (let number = 1; !jobs.every(hasEnded); number += 1) {
      await sleep(everyS * 1000);
      if (jobs.some(hasEnded)) break;
      const [old, next] = [runners.at(-1)!, createRunner(number)];
      runners.push(next);
      const startedAt = performance.now();
      next.start();
      const exit = await old.ended();
      await next.up();
      took.push(performance.now() - startedAt);
      if (exit !== 0) faults.push(`runner ${number - 1} ended with ${exit}`);
      if (!next.isAlive) faults.push(`runner ${number} did not come up`);
      onProgress?.(`takeover ${number}: longest gap so far ${Math.round(watch.longestGapMs)} ms`);
    }
    const last = runners.at(-1)!;
    await until('the jobs have ended', () => jobs.every(hasEnded) && last.unfinishedJobs === 0);
    const resumes = resumesIn(store, jobs);
    last.signal('SIGTERM');
    await last.ended();
    for (const job of jobs) {
      const fault = await findFault(job, model);
      if (fault !== undefined) faults.push(`job ${job.job.id} (${job.kind}) ${fault}`);
    }
    const takeovers = runners.length - 1;
    for (const [kind, count] of resumes) {
      // A job may end just while the last takeover is under way.
      if (count === takeovers || count === takeovers - 1) continue;
      faults.push(`the ${kind} was taken up ${count} times`);
    }
    if (takeovers === 0) faults.push('nobody took over');
    if (watch.longestGapMs > LONGEST_GAP_MS) faults.push('the store was nobody’s for too long');
    return {
      figures: {
        'seconds of each job': seconds,
        'lines of each job': seconds * LINES_A_SECOND,
        takeovers,
        'ms a takeover took at most': Math.round(Math.max(0, ...took)),
        'ms the store was nobody’s at most': Math.round(watch.longestGapMs),
        'looks at the lock': watch.looks,
      },
      faults: [...faults, ...leftoverProcesses(folder), ...leftoverFolders(store)],
    };
  } finally {
    await Promise.all(runners.map((runner) => runner.kill()));
    await rm(folder, { recursive: true, force: true });
  }
}

function hasEnded({ job }: ChaosJob): boolean {
  return ['success', 'failed', 'canceled'].includes(job.status);
}

async function undisturbed(gitlab: Emulator): Promise<string> {
  const calm = queueShellJob(gitlab, 3, 1 / LINES_A_SECOND);
  await calm.job.finished();
  return modelOf(calm);
}

function queueJobs(gitlab: Emulator, lines: number): readonly ChaosJob[] {
  const job = gitlab.job({
    name: 'handler',
    tags: ['handler'],
    script: ['x'],
    variables: { LINES: String(lines) },
  });
  const output = Array.from({ length: lines }, (_, n) => `line ${n + 1} of ${job.id}\n`);
  return [
    queueShellJob(gitlab, lines, 1 / LINES_A_SECOND),
    { kind: 'handler', job, expectedOutput: output.join('') },
  ];
}

/** How often each job was taken up, by its kind. */
function resumesIn(store: string, jobs: readonly ChaosJob[]): [string, number][] {
  using reader = openStoreReader(store);
  const stored = reader.jobs();
  return jobs.map(({ job, kind }) => [
    kind,
    stored.find(({ gitlabId }) => gitlabId === job.id)?.resumes ?? 0,
  ]);
}
