import { join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';

import { allDone } from '../../frame/all-done.ts';
import type { Stage } from '../../frame/bench.ts';
import { writeBuildOutput } from '../../frame/build-output.ts';
import { RunnerProcess } from '../../frame/runner-process.ts';
import type { Sample } from '../../frame/sample.ts';
import { maskedVariables, shellJob } from '../../frame/shell-job.ts';
import { startWatch } from '../../frame/stopwatch.ts';

/** What masking costs, by the number of values that are looked for. */
export async function secretsMasked(stage: Stage): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const count of stage.short ? [0, 20, 1000] : [0, 1, 20, 200, 1000]) {
    samples.push(...(await mask(stage, count, stage.short ? 4 : 32)));
  }
  return samples;
}

async function mask(stage: Stage, count: number, times: number): Promise<Sample[]> {
  const settings = { max_trace_bytes: 0, update_interval_s: 3, long_poll_s: 50 };
  await using gitlab = await startEmulator({ settings });
  const folder = join(stage.folder, `secrets-${count}`);
  const args = ['--executor', 'shell', '--output-limit', '0'];
  await using runner = new RunnerProcess({ ...stage, folder }, gitlab, args);
  const file = join(folder, 'output');
  const megabytes = (writeBuildOutput(file).bytes * times) / 1e6;
  await allDone(runner, gitlab.jobs(shellJob('true', { count: 1 })));
  const seconds = startWatch();
  const script = `for i in $(seq ${times}); do cat ${file}; done`;
  const variables = maskedVariables(count);
  await allDone(runner, gitlab.jobs(shellJob(script, { count: 1, variables })));
  const curve = { of: 'masked values', at: count };
  return [
    { what: 'time a MB of log', unit: 'ms', value: (seconds() * 1000) / megabytes, curve },
    { what: 'most memory (RSS)', unit: 'MB', value: runner.memoryMb.peak, curve },
  ];
}
