import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator, type EmulatedJob } from '@fellrunner/emulator';
import { expect, onTestFinished, test, vi } from 'vitest';

import { faultPointNames } from '../../chaos/fault-point-names.ts';
import { faultScenarios, scenarioFor } from '../../chaos/fault-scenarios.ts';
import { leftoverFolders, leftoverProcesses } from '../../chaos/leftovers.ts';
import { RunnerProcess } from '../../chaos/runner-process.ts';

const handler = join(import.meta.dirname, '../../chaos/fault-handler.ts');

/** The points at the commits, each kind of which has a file, and all others. */
const KINDS = ['before-append', 'after-append'];

/** Kills a runner at each point of a kind; in files of their own, which run side by side. */
export function killAtEachPoint(kind: 'before-append' | 'after-append' | 'others'): void {
  const kindOf = (point: string): string =>
    KINDS.find((it) => point.startsWith(`${it}/`)) ?? 'others';
  const points = faultPointNames().filter((point) => kindOf(point) === kind);
  test.for(points)('a runner killed at %s leaves no trace of it', async (point) => {
    const name = scenarioFor(point);
    const { kills: _none, ...expected } = await model(name);
    const { kills, ...told } = await play(name, point);
    expect(told).toEqual(expected);
    expect(kills).toBe(starts(point).length - 1);
  });
}

/** What is to be the same whether the runner was killed or not. */
interface Ending {
  readonly status: string;
  readonly failureReason: string | undefined;
  readonly trace: string;
  readonly artifacts: readonly string[];
}

function endingOf(job: EmulatedJob, folder: string): Ending {
  const artifacts = job.artifacts.map(({ file_type: type, size }) => `${type} ${size}`);
  const trace = job.trace
    .replaceAll(/section_(start|end):\d+/g, 'section_$1:T')
    .replaceAll(/(on fellrunner |builds\/)[\w-]{9}/g, '$1TOKEN')
    .replaceAll(folder, 'FOLDER')
    // How long a job waits before it is ended is chance.
    .replaceAll('tick\n', '');
  return { status: job.status, failureReason: job.failureReason, trace, artifacts };
}

interface Told extends Ending {
  /** How often the process really ended at a point. */
  readonly kills: number;
  readonly leftovers: readonly string[];
}

/** The environments of one start after the other: the last runner is one that nobody ends. */
function starts(point: string | undefined): NodeJS.ProcessEnv[] {
  const endsAt = (name: string): NodeJS.ProcessEnv => ({ FELLRUNNER_FAULT_POINT: name });
  if (point === undefined) return [{}];
  // A job is resumed only where a runner was killed before.
  const before = point.endsWith('/job.resumed') ? [endsAt('after-append/once.committed')] : [];
  return [...before, endsAt(point), {}];
}

/** Plays a scenario with a runner that ends at a point, and starts it again. */
async function play(name: string, point?: string): Promise<Told> {
  const scenario = faultScenarios[name]!;
  const { args = [], runner: kind, twoPhase = false } = scenario;
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-fault-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await using gitlab = await startEmulator({
    settings: { update_interval_s: 1, flush_delay_s: 0.1, two_phase: twoPhase },
  });
  const shell = ['--executor', 'shell', '--builds-dir', join(folder, 'builds')];
  const how = kind === 'shell' ? shell : ['--handler', handler];
  const server = ['--url', gitlab.url, '--concurrency', '4', '--cancel-grace', '2'];
  const runner = new RunnerProcess({
    folder,
    name: 'runner',
    args: [...server, ...how, ...args],
    env: { FELLRUNNER_TOKEN: gitlab.runnerToken, HOME: folder },
  });
  const job = scenario.queue(gitlab);
  let kills = 0;
  try {
    for (const env of starts(point)) {
      runner.start(env);
      void scenario.disturb?.(gitlab, job, runner);
      await untilDoneOrDead(runner, job);
      runner.signal('SIGTERM');
      if ((await runner.ended()) === 'SIGKILL') kills += 1;
    }
  } finally {
    await runner.kill();
  }
  return {
    ...endingOf(job, folder),
    kills,
    leftovers: [...leftoverFolders(runner.store), ...leftoverProcesses(folder)],
  };
}

async function untilDoneOrDead(runner: RunnerProcess, job: EmulatedJob): Promise<void> {
  const isDone = (): boolean =>
    ['success', 'failed', 'canceled'].includes(job.status) &&
    runner.unfinishedJobs === 0 &&
    // A second signal makes a runner leave at once, and a folder behind for the next start.
    leftoverFolders(runner.store).length === 0;
  const isOver = (): boolean => !runner.isAlive || (runner.isUp && isDone());
  await vi.waitUntil(isOver, { timeout: 30_000, interval: 50 });
}

const undisturbed = new Map<string, Promise<Told>>();

/** How a scenario ends when nobody is killed; played once. */
function model(name: string): Promise<Told> {
  const told = undisturbed.get(name) ?? play(name);
  undisturbed.set(name, told);
  return told;
}
