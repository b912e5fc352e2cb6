import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator, type Emulator } from '@fellrunner/emulator';

import {
  findFault,
  modelOf,
  queueHandlerJob,
  queueShellJob,
  type ChaosJob,
} from '../chaos/chaos-jobs.ts';
import { registerRunner } from '../chaos/register-runner.ts';
import { RunnerProcess } from '../chaos/runner-process.ts';
import { Seeded } from '../chaos/seeded.ts';
import { raiseStorm } from './storm.ts';

export interface FaultsOptions {
  readonly jobs: number;
  readonly seed: number;
  readonly twoPhase: boolean;
  readonly onProgress?: (line: string) => void;
}

export interface FaultsReport {
  readonly seed: number;
  readonly jobs: number;
  readonly requests: number;
  /** Requests that met a fault. */
  readonly struck: number;
  /** Answers of each kind, by method and status. */
  readonly answers: Readonly<Record<string, number>>;
  readonly wrong: readonly string[];
  readonly seconds: number;
}

/** A tenth of the jobs are shell scripts, which cost processes. */
const SHELL_SHARE = 0.1;
const handler = new URL('../chaos/chaos-handler.ts', import.meta.url).pathname;

/** Runs jobs against a server that gets one answer in five wrong, then looks at all of them. */
export async function runFaults(options: FaultsOptions): Promise<FaultsReport> {
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-faults-'));
  const weather = new Seeded(options.seed);
  await using gitlab = await startEmulator({
    random: () => weather.next(),
    settings: { two_phase: options.twoPhase, update_interval_s: 1, flush_delay_s: 0.2 },
  });
  const runners = await startRunners(gitlab, folder);
  try {
    const calm = queueShellJob(gitlab, 3);
    await calm.job.finished();
    raiseStorm(gitlab, options);
    const jobs = queueJobs(gitlab, options, join(folder, 'diary'));
    await allFinished(gitlab, jobs, options);
    return {
      seed: options.seed,
      jobs: jobs.length,
      ...countAnswers(gitlab),
      wrong: await findWrong(jobs, modelOf(calm)),
      seconds: Math.round((performance.now() - startedAt) / 1000),
    };
  } finally {
    await Promise.all(runners.map((runner) => runner.kill()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function startRunners(gitlab: Emulator, folder: string): Promise<RunnerProcess[]> {
  const shell = ['--concurrency', '4', '--executor', 'shell'];
  const kinds = {
    shell: [...shell, '--builds-dir', join(folder, 'builds')],
    handler: ['--concurrency', '16', '--handler', handler],
  };
  const runners: RunnerProcess[] = [];
  for (const [name, args] of Object.entries(kinds)) {
    const env = { FELLRUNNER_TOKEN: await registerRunner(gitlab, name) };
    runners.push(new RunnerProcess({ folder, name, args: ['--url', gitlab.url, ...args], env }));
  }
  for (const runner of runners) runner.start();
  return runners;
}

function queueJobs(gitlab: Emulator, { jobs, seed }: FaultsOptions, diary: string): ChaosJob[] {
  const chance = new Seeded(seed + 1);
  return Array.from({ length: jobs }, () =>
    chance.next() < SHELL_SHARE
      ? queueShellJob(gitlab, chance.between(5, 60))
      : queueHandlerJob(gitlab, chance.between(2, 25), diary),
  );
}

async function allFinished(
  gitlab: Emulator,
  jobs: readonly ChaosJob[],
  { twoPhase, onProgress }: FaultsOptions,
): Promise<void> {
  let finished = 0;
  // What nobody took up is handed out again after two minutes, which need not really pass.
  const hurry = twoPhase ? setInterval(() => gitlab.advanceClock(5), 500) : undefined;
  try {
    await Promise.all(
      jobs.map(async ({ job }) => {
        await job.finished();
        finished += 1;
        if (finished % 100 === 0) onProgress?.(`${finished} of ${jobs.length} jobs are finished`);
      }),
    );
  } finally {
    clearInterval(hurry);
  }
}

async function findWrong(jobs: readonly ChaosJob[], model: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const chaosJob of jobs) {
    const fault = await findFault(chaosJob, model);
    if (fault !== undefined) wrong.push(`job ${chaosJob.job.id} (${chaosJob.job.name}) ${fault}`);
  }
  return wrong;
}

/** By method and status; what a job is asked about is the same for all jobs. */
function countAnswers(gitlab: Emulator): Pick<FaultsReport, 'requests' | 'struck' | 'answers'> {
  const { total, by_route: routes } = gitlab.requestCounts;
  return { requests: total, struck: gitlab.faults.struck, answers: routes };
}
