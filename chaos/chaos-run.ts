import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startEmulator, type Emulator } from '@fellrunner/emulator';
import { openStoreReader } from '@fellrunner/persistence';

import { findFault, modelOf, type ChaosJob } from './chaos-jobs.ts';
import type { ChaosLoad } from './chaos-load.ts';
import type { ChaosReport } from './chaos-report.ts';
import { addFaults } from './faults.ts';
import { leftoverFolders, leftoverProcesses } from './leftovers.ts';
import { registerRunner } from './register-runner.ts';
import { RunnerProcess } from './runner-process.ts';
import { Seeded } from './seeded.ts';

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly twoPhase: boolean;
  readonly load: ChaosLoad;
  readonly onProgress?: (line: string) => void;
}

const LIVE_JOBS = 6;

/** Kills two runners at random moments under load and faults, then looks at everything. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const startedAt = performance.now();
  const chance = new Seeded(options.seed);
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-chaos-'));
  await using gitlab = await startEmulator({
    settings: { two_phase: options.twoPhase, update_interval_s: 1, flush_delay_s: 0.2 },
  });
  const runners = await startRunners(gitlab, folder, options.load);
  try {
    const model = await undisturbed(gitlab, options.load);
    addFaults(gitlab);
    const jobs = await killAndLoad(gitlab, runners, chance, folder, options);
    gitlab.faults.clear();
    const lostInFlight = await settle(gitlab, runners, jobs);
    return await examine({
      gitlab,
      runners,
      jobs,
      lostInFlight,
      model,
      folder,
      options,
      startedAt,
    });
  } finally {
    await Promise.all(runners.map((runner) => runner.kill()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function startRunners(
  gitlab: Emulator,
  folder: string,
  load: ChaosLoad,
): Promise<RunnerProcess[]> {
  const runners = await Promise.all(
    load.runners.map(async ({ tag, args }) => {
      const server = ['--url', gitlab.url, '--concurrency', '4'];
      // A login shell reads its user's profile, which is nobody's business here.
      const env = { FELLRUNNER_TOKEN: await registerRunner(gitlab, tag), HOME: folder };
      return new RunnerProcess({ folder, name: tag, args: [...server, ...args(folder)], env });
    }),
  );
  for (const runner of runners) runner.start();
  return runners;
}

/** The log of a shell job while nothing is wrong: what the others' must look like. */
async function undisturbed(gitlab: Emulator, load: ChaosLoad): Promise<string> {
  const calm = load.calm(gitlab);
  await calm.job.finished();
  return modelOf(calm);
}

async function killAndLoad(
  gitlab: Emulator,
  runners: readonly RunnerProcess[],
  chance: Seeded,
  folder: string,
  { kills, load, onProgress }: ChaosOptions,
): Promise<ChaosJob[]> {
  const jobs: ChaosJob[] = [];
  const diary = join(folder, 'diary');
  for (let kill = 1; kill <= kills; kill += 1) {
    const live = jobs.filter(
      ({ job }) => job.status === 'pending' || job.status === 'running',
    ).length;
    for (let count = live; count < LIVE_JOBS; count += 1) {
      jobs.push(load.queue(gitlab, chance, diary));
    }
    const victim = runners[chance.between(0, runners.length - 1)]!;
    // Where a start takes longer than the pause, half of the kills would else hit nothing but starts.
    if (chance.next() < 0.5) await victim.up();
    // The pause is the experiment: a kill at a moment that the seed has chosen.
    await sleep(chance.between(100, 1800));
    await victim.kill();
    victim.start();
    if (kill % 25 === 0) onProgress?.(`${kill} kills, ${jobs.length} jobs`);
  }
  return jobs;
}

/** Waits until every job that a store knows has ended; the others that GitLab calls running are lost. */
async function settle(
  gitlab: Emulator,
  runners: readonly RunnerProcess[],
  jobs: readonly ChaosJob[],
): Promise<number[]> {
  const deadline = Date.now() + 180_000;
  for (;;) {
    for (const runner of runners) if (!runner.isAlive) runner.start();
    const open = jobs.filter(({ job }) => !['success', 'failed', 'canceled'].includes(job.status));
    const unfinished = runners.reduce((sum, { unfinishedJobs }) => sum + unfinishedJobs, 0);
    const known = runners.map(({ store }) => idsIn(store));
    const isLost = ({ job }: ChaosJob): boolean =>
      job.status === 'running' && !known.some((ids) => ids.has(job.id));
    if (unfinished === 0 && open.every(isLost)) return open.map(({ job }) => job.id);
    // What nobody took up is handed out again after two minutes, which need not really pass.
    if (open.some(({ job }) => job.status === 'pending')) gitlab.advanceClock(10);
    if (Date.now() > deadline) {
      throw new Error(
        `not settled: ${unfinished} unfinished in the stores; ${open.map(({ job }) => `${job.id} ${job.name} ${job.status}`).join(', ')}`,
      );
    }
    await sleep(200);
  }
}

function idsIn(store: string): Set<number> {
  using reader = openStoreReader(store);
  return new Set(reader.jobs().map(({ gitlabId }) => gitlabId));
}

interface Examination {
  readonly gitlab: Emulator;
  readonly runners: readonly RunnerProcess[];
  readonly jobs: readonly ChaosJob[];
  readonly lostInFlight: readonly number[];
  readonly model: string;
  readonly folder: string;
  readonly options: ChaosOptions;
  readonly startedAt: number;
}

async function examine(facts: Examination): Promise<ChaosReport> {
  const { gitlab, runners, jobs, lostInFlight, model, folder, options, startedAt } = facts;
  const wrong: string[] = [];
  for (const chaosJob of jobs) {
    const { job } = chaosJob;
    if (lostInFlight.includes(job.id)) continue;
    const fault = await findFault(chaosJob, model);
    if (fault !== undefined) wrong.push(`job ${job.id} (${job.name}) ${fault}`);
  }
  const { total, faulty } = countAnswers(gitlab);
  const twice = runners.flatMap(({ store }) => committedTwice(store));
  const processes = leftoverProcesses(folder);
  const folders = runners.flatMap(({ store }) => leftoverFolders(store));
  const lost = lostInFlight.map((id) => `job ${id} was handed out and is unknown here`);
  return {
    figures: {
      seed: options.seed,
      kills: options.kills,
      jobs: jobs.length,
      seconds: Math.round((performance.now() - startedAt) / 1000),
      requests: total,
      'answered with a fault': faulty,
      'lost in flight': lost.length,
      'bodies of once begun again': begunAgain(join(folder, 'diary')),
      'results of once committed twice': twice.length,
      'logs or results wrong': wrong.length,
      'processes left': processes.length,
      'folders left': folders.length,
    },
    // Without a server's help nobody can close the window between its answer and the commit.
    faults: [...wrong, ...twice, ...processes, ...folders, ...(options.twoPhase ? lost : [])],
  };
}

/** What a store's own log says of its handlers' pieces. */
function committedTwice(store: string): string[] {
  using reader = openStoreReader(store);
  return reader.jobs().flatMap(({ key, gitlabId }) => {
    const seen = new Set<string>();
    const twice: string[] = [];
    for (const event of reader.events(key)) {
      if (event.type !== 'once.committed') continue;
      const piece = `${event.data.step}/${event.data.key}`;
      if (seen.has(piece)) twice.push(`job ${gitlabId}: ${piece}`);
      seen.add(piece);
    }
    return twice;
  });
}

/** Bodies of `once` that were under way at a kill, and so ran again, as promised. */
function begunAgain(diary: string): number {
  if (!existsSync(diary)) return 0;
  const deeds = readFileSync(diary, 'utf8').trim().split('\n');
  return deeds.length - new Set(deeds).size;
}

function countAnswers(gitlab: Emulator): { total: number; faulty: number } {
  const { total, by_route: routes } = gitlab.requestCounts;
  const faulty = Object.entries(routes)
    .filter(([route]) => / (5\d\d|429|416|412|cut)$/.test(route))
    .reduce((sum, [, count]) => sum + count, 0);
  return { total, faulty };
}
