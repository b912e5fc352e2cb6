import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startEmulator } from '@fellrunner/emulator';

import { modelOf, queueShellJob } from '../../chaos/chaos-jobs.ts';
import { addFaults } from '../../chaos/faults.ts';
import { leftoverFolders } from '../../chaos/leftovers.ts';
import type { Stage } from '../frame/bench.ts';
import { startWatch } from '../frame/stopwatch.ts';
import { keepBusy, type LoadReport } from './soak-load.ts';
import { SoakRunner, type Look } from './soak-runner.ts';

const LOOK_MS = 5000;
const HANDLER = new URL('../../chaos/chaos-handler.ts', import.meta.url).pathname;

/** What was seen of the runners, and of their jobs. */
export interface SoakReport extends LoadReport {
  readonly seconds: number;
  readonly requests: number;
  readonly looks: Readonly<Record<string, readonly Look[]>>;
  /** Folders and processes of jobs that were still there when all was done. */
  readonly left: readonly string[];
}

/** Two runners under full load and faults for as long as is asked for. */
export async function runSoak(
  stage: Pick<Stage, 'command' | 'folder'>,
  seconds: number,
  onProgress: (line: string) => void,
): Promise<SoakReport> {
  const settings = { update_interval_s: 1, flush_delay_s: 0.2, long_poll_s: 5 };
  await using gitlab = await startEmulator({ settings });
  const start = (tag: string, args: readonly string[]): Promise<SoakRunner> =>
    SoakRunner.start({ ...stage, short: false }, gitlab, { tag, args });
  const builds = join(stage.folder, 'builds');
  await using shell = await start('shell', ['--executor', 'shell', '--builds-dir', builds]);
  await using handler = await start('handler', ['--handler', HANDLER]);
  const calm = queueShellJob(gitlab, 3);
  await shell.process.whileItRuns(calm.job.finished());
  const model = modelOf(calm);
  addFaults(gitlab);
  const passed = startWatch();
  const isOver = (): boolean => passed() >= seconds;
  const diary = join(stage.folder, 'diary');
  const load = keepBusy({ gitlab, model, diary, isOver });
  const runners = [shell, handler];
  const ended = runners.map((runner) => runner.process.whileItRuns(load));
  await Promise.race([watch(runners, passed, isOver, onProgress), ...ended]);
  const report = await load;
  gitlab.faults.clear();
  await Promise.all(runners.map((runner) => runner.process.drain()));
  const { total: requests } = gitlab.requestCounts;
  const looks = Object.fromEntries(runners.map((runner) => [runner.name, runner.looks]));
  return { ...report, seconds: passed(), requests, looks, left: leftovers(runners) };
}

async function watch(
  runners: readonly SoakRunner[],
  passed: () => number,
  isOver: () => boolean,
  onProgress: (line: string) => void,
): Promise<void> {
  while (!isOver()) {
    await sleep(LOOK_MS);
    const atS = Math.round(passed());
    await Promise.all(runners.map((runner) => runner.look(atS)));
    if (atS % 60 < LOOK_MS / 1000) onProgress(progressLine(runners, atS));
  }
}

function progressLine(runners: readonly SoakRunner[], atS: number): string {
  const each = runners.map(({ looks, name }) => `${name} ${looks.at(-1)?.memoryMb.toFixed(0)} MB`);
  return `${Math.round(atS / 60)} min: ${each.join(', ')}`;
}

function leftovers(runners: readonly SoakRunner[]): string[] {
  return runners.flatMap((runner) => [
    ...leftoverFolders(runner.process.store).map((folder) => `folder ${folder}`),
    ...runner.process.tree.map((pid) => `process ${pid}`),
  ]);
}
