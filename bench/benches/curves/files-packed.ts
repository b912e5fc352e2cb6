import { join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';

import { allDone } from '../../frame/all-done.ts';
import type { Stage } from '../../frame/bench.ts';
import { writeSmallFiles } from '../../frame/mixed-files.ts';
import { RunnerProcess } from '../../frame/runner-process.ts';
import type { Sample } from '../../frame/sample.ts';
import { shellJob } from '../../frame/shell-job.ts';
import { startWatch } from '../../frame/stopwatch.ts';

/** What an artifact costs, by the number of its files. */
export async function filesPacked(stage: Stage): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const count of stage.short ? [10, 100, 1000] : [10, 100, 1000, 10_000, 100_000]) {
    samples.push(...(await upload(stage, count)));
  }
  return samples;
}

async function upload(stage: Stage, count: number): Promise<Sample[]> {
  await using gitlab = await startEmulator({ settings: { long_poll_s: 50 } });
  const folder = join(stage.folder, `files-${count}`);
  const files = join(folder, 'files');
  writeSmallFiles(files, count);
  await using runner = new RunnerProcess({ ...stage, folder }, gitlab, ['--executor', 'shell']);
  await allDone(runner, gitlab.jobs(shellJob('true', { count: 1 })));
  const seconds = startWatch();
  const artifacts = { paths: ['files'] };
  await allDone(runner, gitlab.jobs(shellJob(`mv ${files} .`, { artifacts, count: 1 })));
  const curve = { of: 'files in an artifact', at: count };
  return [
    { what: 'time a file', unit: 'ms', value: (seconds() * 1000) / count, curve },
    { what: 'most memory (RSS)', unit: 'MB', value: runner.memoryMb.peak, curve },
  ];
}
