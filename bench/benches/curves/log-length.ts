import { join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';

import { allDone } from '../../frame/all-done.ts';
import type { Stage } from '../../frame/bench.ts';
import { writeBuildOutput } from '../../frame/build-output.ts';
import { RunnerProcess } from '../../frame/runner-process.ts';
import type { Sample } from '../../frame/sample.ts';
import { maskedVariables, shellJob } from '../../frame/shell-job.ts';
import { startWatch } from '../../frame/stopwatch.ts';

/** What a log costs, by its length. */
export async function logLength(stage: Stage): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const mebibytes of stage.short ? [1, 16, 64] : [1, 16, 256, 1024, 4096]) {
    samples.push(...(await print(stage, mebibytes)));
  }
  return samples;
}

async function print(stage: Stage, mebibytes: number): Promise<Sample[]> {
  const settings = { max_trace_bytes: 0, update_interval_s: 3, long_poll_s: 50 };
  await using gitlab = await startEmulator({ settings });
  const folder = join(stage.folder, `log-${mebibytes}`);
  const args = ['--executor', 'shell', '--output-limit', '0'];
  await using runner = new RunnerProcess({ ...stage, folder }, gitlab, args);
  const file = join(folder, 'output');
  const { bytes } = writeBuildOutput(file);
  const whole = Math.floor((mebibytes * 2 ** 20) / bytes);
  const rest = mebibytes * 2 ** 20 - whole * bytes;
  const script = `for i in $(seq ${whole}); do cat ${file}; done; head -c ${rest} ${file}`;
  const variables = maskedVariables(20);
  await allDone(runner, gitlab.jobs(shellJob('true', { count: 1 })));
  const seconds = startWatch();
  await allDone(runner, gitlab.jobs(shellJob(script, { count: 1, variables })));
  const curve = { of: 'log, MiB', at: mebibytes };
  return [
    { what: 'time a MiB', unit: 'ms', value: (seconds() * 1000) / mebibytes, curve },
    { what: 'most memory (RSS)', unit: 'MB', value: runner.memoryMb.peak, curve },
  ];
}
