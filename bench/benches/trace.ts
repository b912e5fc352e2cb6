import { join } from 'node:path';

import { allDone } from '../frame/all-done.ts';
import type { Bench } from '../frame/bench.ts';
import { writeBuildOutput } from '../frame/build-output.ts';
import { forgetPeak } from '../frame/processes.ts';
import { runScript } from '../frame/run-script.ts';
import { startGitLab } from '../frame/gitlab.ts';
import { RunnerProcess } from '../frame/runner-process.ts';
import { maskedVariables, shellJob } from '../frame/shell-job.ts';
import { startWatch } from '../frame/stopwatch.ts';
import { takeJob } from '../frame/taken-job.ts';

const GIB = 2 ** 30;

/** How fast a long log goes through: raw file, masking, spool, network. */
export const trace: Bench = {
  name: 'trace',
  about: 'one shell job prints 1 GiB, 20 masked variables, no output limit',
  async measure(stage) {
    const file = join(stage.folder, 'output');
    const { bytes } = writeBuildOutput(file);
    const times = Math.round((stage.short ? GIB / 16 : GIB) / bytes);
    const limit = { what: '`cat` → pipe → file → PATCH', value: await bareLog(file, times) };
    await using gitlab = await startGitLab();
    const args = ['--executor', 'shell', '--output-limit', '0'];
    await using runner = new RunnerProcess(stage, gitlab, args);
    await allDone(runner, gitlab.jobs(shellJob(`cat ${file}`, { count: 1 })));
    const before = runner.memoryMb.now;
    forgetPeak(runner.pid);
    const [cpuBefore, seconds] = [runner.cpuMs, startWatch()];
    const script = `for i in $(seq ${times}); do cat ${file}; done`;
    const masked = { count: 1, variables: maskedVariables(20) };
    await allDone(runner, gitlab.jobs(shellJob(script, masked)));
    const megabytes = (bytes * times) / 1e6;
    return [
      { what: 'log a second, until finished', unit: 'MB/s', value: megabytes / seconds(), limit },
      {
        what: 'CPU of the runner for a GB of log',
        unit: 's',
        value: (runner.cpuMs - cpuBefore) / megabytes,
      },
      { what: 'growth of memory (RSS)', unit: 'MB', value: runner.memoryMb.peak - before },
    ];
  },
};

async function bareLog(file: string, times: number): Promise<number> {
  await using gitlab = await startGitLab();
  const job = await takeJob(gitlab);
  const script = new URL('../limits/bare-log.ts', import.meta.url);
  const args = [gitlab.url, String(job.id), job.token, file, String(times), `${file}.spool`];
  return (await runScript<{ mbPerS: number }>(script, args)).mbPerS;
}
