import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { allRunning } from '../../frame/all-done.ts';
import type { Stage } from '../../frame/bench.ts';
import { handlerFile } from '../../frame/handler-file.ts';
import { startGitLab } from '../../frame/gitlab.ts';
import { RunnerProcess } from '../../frame/runner-process.ts';
import type { Sample } from '../../frame/sample.ts';
import { startWatch } from '../../frame/stopwatch.ts';

/** What their start has left to do is over by then. */
const SETTLED_S = 5;
const WATCHED_S = 5;

/** What jobs cost that run and wait, by their number. */
export async function jobsRunning(stage: Stage): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const count of stage.short ? [1, 10, 100] : [1, 10, 100, 1000]) {
    samples.push(...(await watch(stage, count)));
  }
  return samples;
}

async function watch(stage: Stage, count: number): Promise<Sample[]> {
  await using gitlab = await startGitLab();
  const folder = join(stage.folder, `running-${count}`);
  const args = ['--handler', handlerFile('waits'), '--concurrency', String(count + 1)];
  await using runner = new RunnerProcess({ ...stage, folder }, gitlab, args);
  await allRunning(runner, [gitlab.job()]);
  const seconds = startWatch();
  await allRunning(runner, gitlab.jobs({ count }));
  const ramp = seconds() / count;
  await sleep(SETTLED_S * 1000);
  const cpuBefore = runner.cpuMs;
  await sleep(WATCHED_S * 1000);
  const cpu = (runner.cpuMs - cpuBefore) / WATCHED_S;
  const curve = { of: 'jobs running', at: count };
  return [
    { what: 'time to start, a job', unit: 'ms', value: ramp * 1000, curve },
    { what: 'CPU a second, all jobs', unit: 'ms', value: cpu, curve },
    { what: 'memory (RSS)', unit: 'MB', value: runner.memoryMb.now, curve },
  ];
}
