import { join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';

import { allDone } from '../../frame/all-done.ts';
import type { Stage } from '../../frame/bench.ts';
import { handlerFile } from '../../frame/handler-file.ts';
import { RunnerProcess } from '../../frame/runner-process.ts';
import type { Sample } from '../../frame/sample.ts';
import { startWatch } from '../../frame/stopwatch.ts';

/** What a piece of work costs whose result is to last, by how many a job has. */
export async function eventsOfJob(stage: Stage): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const count of stage.short ? [10, 100, 1000] : [10, 100, 1000, 10_000, 100_000]) {
    samples.push(...(await doPieces(stage, count)));
  }
  return samples;
}

async function doPieces(stage: Stage, count: number): Promise<Sample[]> {
  await using gitlab = await startEmulator({ settings: { long_poll_s: 50 } });
  const folder = join(stage.folder, `events-${count}`);
  const args = ['--handler', handlerFile('does-once')];
  await using runner = new RunnerProcess({ ...stage, folder }, gitlab, args);
  await allDone(runner, gitlab.jobs({ count: 1, variables: { PIECES: 1 } }));
  const seconds = startWatch();
  await allDone(runner, gitlab.jobs({ count: 1, variables: { PIECES: count } }));
  const curve = { of: 'results of `once` in a job', at: count };
  return [
    { what: 'time a result', unit: 'ms', value: (seconds() * 1000) / count, curve },
    { what: 'most memory (RSS)', unit: 'MB', value: runner.memoryMb.peak, curve },
  ];
}
