import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';

import { allDone } from '../frame/all-done.ts';
import type { Bench } from '../frame/bench.ts';
import { othersCpuMs } from '../frame/processes.ts';
import { startGitLab } from '../frame/gitlab.ts';
import { RunnerProcess } from '../frame/runner-process.ts';
import { shellJob } from '../frame/shell-job.ts';
import { startWatch } from '../frame/stopwatch.ts';

const AT_ONCE = 8;

/** What a shell job costs when its script does nothing. */
export const shell: Bench = {
  name: 'shell',
  about: 'shell jobs whose script is `true`, 8 at once',
  async measure(stage) {
    const count = stage.short ? 40 : 200;
    const limit = await bareShells(count, stage.folder);
    await using gitlab = await startGitLab();
    const args = ['--executor', 'shell', '--concurrency', String(AT_ONCE)];
    await using runner = new RunnerProcess(stage, gitlab, args);
    await allDone(runner, gitlab.jobs(shellJob('true', { count: AT_ONCE })));
    const [cpuBefore, seconds] = [othersCpuMs(), startWatch()];
    await allDone(runner, gitlab.jobs(shellJob('true', { count })));
    const [took, cpu] = [seconds(), othersCpuMs() - cpuBefore];
    const bare = (value: number) => ({ what: 'bare `bash -l -c true`', value });
    return [
      {
        what: 'jobs a second',
        unit: 'jobs/s',
        value: count / took,
        limit: bare(limit.perS),
      },
      {
        what: 'CPU a job (the machine, less the server)',
        unit: 'ms',
        value: cpu / count,
        limit: bare(limit.cpuMs),
      },
      { what: 'most memory of the runner (RSS)', unit: 'MB', value: runner.memoryMb.peak },
    ];
  },
};

/** As many login shells as there are jobs, as many at once. */
async function bareShells(count: number, home: string): Promise<{ perS: number; cpuMs: number }> {
  mkdirSync(home, { recursive: true });
  let left = count;
  const [cpuBefore, seconds] = [othersCpuMs(), startWatch()];
  const spawnAll = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const env = { PATH: process.env['PATH'] ?? '', HOME: home };
      await once(spawn('bash', ['-l', '-c', 'true'], { env, stdio: 'ignore' }), 'exit');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, spawnAll));
  return { perS: count / seconds(), cpuMs: (othersCpuMs() - cpuBefore) / count };
}
