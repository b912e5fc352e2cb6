import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator, type Emulator } from '@fellrunner/emulator';
import { openStoreReader } from '@fellrunner/persistence';

import { configureBothKinds } from './both-kinds.ts';
import { findFault, modelOf, type ChaosJob } from './chaos-jobs.ts';
import type { ChaosReport } from './chaos-report.ts';
import { leftoverFolders, leftoverProcesses } from './leftovers.ts';
import { RunnerProcess } from './runner-process.ts';
import { until } from './until.ts';
import { isWaiting, queueWaitingHandlers, queueWaitingShells, type Gates } from './waiting-jobs.ts';

export interface ResumeOptions {
  readonly jobs: number;
  /** How many of them are the shell's, each with a process of its own. */
  readonly shells: number;
  readonly onProgress?: (line: string) => void;
}

const handler = new URL('./waiting-handler.ts', import.meta.url).pathname;

/** Kills a runner that runs many jobs, all at the same point, and sees each of them go on. */
export async function runResume(options: ResumeOptions): Promise<ChaosReport> {
  const { jobs: count, shells, onProgress } = options;
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-resume-'));
  await using gitlab = await startEmulator({
    settings: { update_interval_s: 1, flush_delay_s: 0.1, long_poll_s: 5 },
  });
  const config = await configureBothKinds(gitlab, folder, { handler, concurrent: count });
  const runner = new RunnerProcess({
    folder,
    name: 'runner',
    args: ['--config', config, '--log-format', 'json'],
    // A login shell reads its user's profile, which is nobody's business here.
    env: { HOME: folder },
  });
  try {
    const gates = await createGates(folder);
    runner.start();
    const model = await undisturbed(gitlab, gates);
    const jobs = [
      ...queueWaitingHandlers(gitlab, count - shells, gates),
      ...queueWaitingShells(gitlab, shells, gates),
    ];
    await until('every job waits', () => jobs.every(isWaiting));
    onProgress?.(`${count} jobs run`);
    const times = await killAndStart(gitlab, runner, jobs);
    onProgress?.(`all go on: committed ${times.committedMs} ms, heard ${times.heardMs} ms`);
    open(gates);
    await until('every job has ended', () => jobs.every(({ job }) => job.status === 'success'));
    await until('every job is closed', () => runner.unfinishedJobs === 0);
    runner.signal('SIGTERM');
    await runner.ended();
    const processes = leftoverProcesses(folder);
    const folders = leftoverFolders(runner.store);
    const wrong = await findFaults(jobs, model);
    const notOnce = notResumedOnce(runner.store, jobs);
    const twice = doneTwice(gates.diary);
    return {
      figures: {
        jobs: count,
        'of the shell': shells,
        'ms from the start until all are committed as resumed': times.committedMs,
        'ms from the start until GitLab has heard of all': times.heardMs,
        'not resumed, or more than once': notOnce.length,
        'done twice': twice.length,
        'logs or results wrong': wrong.length,
        'processes left': processes.length,
        'folders left': folders.length,
      },
      faults: [...notOnce, ...twice, ...wrong, ...processes, ...folders],
    };
  } finally {
    await runner.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function createGates(folder: string): Promise<Gates> {
  const gate = join(folder, 'gate');
  await mkdir(gate);
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  return { file: join(gate, 'open'), pipe, diary: join(folder, 'diary') };
}

/** Every shell is at the pipe: one writer that comes and goes wakes them all. */
function open({ file, pipe }: Gates): void {
  writeFileSync(file, '');
  try {
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch (error) {
    // Nobody waits there where no job is the shell's.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error;
  }
}

/** The log of a shell job that nobody disturbed and that did not have to wait. */
async function undisturbed(gitlab: Emulator, { diary }: Gates): Promise<string> {
  const [calm] = queueWaitingShells(gitlab, 1, { pipe: '/dev/null', diary });
  await calm!.job.finished();
  return modelOf(calm!);
}

async function killAndStart(
  gitlab: Emulator,
  runner: RunnerProcess,
  jobs: readonly ChaosJob[],
): Promise<{ readonly committedMs: number; readonly heardMs: number }> {
  await runner.kill();
  const before = gitlab.requestCounts.total;
  const startedAt = Date.now();
  runner.start();
  let heardAt: number[] = [];
  await until('GitLab has heard of every job again', () => {
    // To look at each request takes time that the runner is to have.
    if (gitlab.requestCounts.total < before + jobs.length) return false;
    heardAt = firstHeardAt(gitlab, startedAt);
    return heardAt.length === jobs.length;
  });
  await until('every job is taken up', () => resumedAt(runner.logFile).length === jobs.length);
  return {
    committedMs: Math.max(...resumedAt(runner.logFile)) - startedAt,
    heardMs: Math.max(...heardAt) - startedAt,
  };
}

/** When GitLab first heard of each job since a moment, whatever was asked. */
function firstHeardAt(gitlab: Emulator, since: number): number[] {
  const heardAt = new Map<string, number>();
  for (const { at, path } of gitlab.requests) {
    const [, id] = /\/jobs\/(\d+)/.exec(path) ?? [];
    const time = Date.parse(at);
    if (id !== undefined && time >= since && !heardAt.has(id)) heardAt.set(id, time);
  }
  return [...heardAt.values()];
}

/** When the program's log said of a job that it goes on, which it does after the commit. */
function resumedAt(logFile: string): number[] {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"job goes on"'))
    .map((line) => Date.parse((JSON.parse(line) as { time: string }).time));
}

function notResumedOnce(store: string, jobs: readonly ChaosJob[]): string[] {
  const ids = new Set(jobs.map(({ job }) => job.id));
  using reader = openStoreReader(store);
  return reader
    .jobs()
    .filter(({ gitlabId, resumes }) => ids.has(gitlabId) && resumes !== 1)
    .map(({ gitlabId, resumes }) => `job ${gitlabId} was taken up ${resumes} times`);
}

function doneTwice(diary: string): string[] {
  const ids = readFileSync(diary, 'utf8').trim().split('\n');
  return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `job ${id} began twice`);
}

async function findFaults(jobs: readonly ChaosJob[], model: string): Promise<string[]> {
  const faults: string[] = [];
  for (const chaosJob of jobs) {
    const fault = await findFault(chaosJob, model);
    if (fault !== undefined) faults.push(`job ${chaosJob.job.id} ${fault}`);
  }
  return faults;
}
