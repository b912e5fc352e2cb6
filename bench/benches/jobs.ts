import { allDone } from '../frame/all-done.ts';
import type { Bench, Stage } from '../frame/bench.ts';
import { handlerFile } from '../frame/handler-file.ts';
import { runScript } from '../frame/run-script.ts';
import { startGitLab } from '../frame/gitlab.ts';
import { RunnerProcess } from '../frame/runner-process.ts';
import type { Sample } from '../frame/sample.ts';
import { startWatch } from '../frame/stopwatch.ts';

const AT_ONCE = 16;
/** So many that the compiler has seen all of the way that a job takes. */
const WARM_UP = 500;

/** How fast a handler's jobs go by when the handler itself does nothing. */
export const jobs: Bench = {
  name: 'jobs',
  about: 'handler jobs that print one line, 16 at once, until the server has all results',
  async measure(stage) {
    const count = stage.short ? 1000 : 5000;
    const limit = { what: 'the same requests, no runner', value: await bareJobs(count) };
    return [
      ...(await handlerJobs(stage, 'shared', 'prints-shared', { count, limit })),
      ...(await handlerJobs(stage, 'thread', 'prints', { count, limit })),
    ];
  },
};

interface Load {
  readonly count: number;
  readonly limit: { readonly what: string; readonly value: number };
}

async function handlerJobs(
  stage: Stage,
  isolation: string,
  handler: string,
  { count, limit }: Load,
): Promise<Sample[]> {
  await using gitlab = await startGitLab();
  const file = handlerFile(handler);
  const args = ['--handler', file, '--concurrency', String(AT_ONCE)];
  const folder = `${stage.folder}/${isolation}`;
  await using runner = new RunnerProcess({ ...stage, folder }, gitlab, args);
  await allDone(runner, gitlab.jobs({ count: WARM_UP }));
  const [cpuBefore, seconds] = [runner.cpuMs, startWatch()];
  await allDone(runner, gitlab.jobs({ count }));
  const took = seconds();
  const row = (what: string): string => `${what}, isolation ${isolation}`;
  return [
    { what: row('jobs a second'), unit: 'jobs/s', value: count / took, limit },
    { what: row('CPU a job'), unit: 'ms', value: (runner.cpuMs - cpuBefore) / count },
    { what: row('most memory (RSS)'), unit: 'MB', value: runner.memoryMb.peak },
  ];
}

async function bareJobs(count: number): Promise<number> {
  await using gitlab = await startGitLab();
  gitlab.jobs({ count });
  const script = new URL('../limits/bare-jobs.ts', import.meta.url);
  const args = [gitlab.url, gitlab.runnerToken, String(count), String(AT_ONCE)];
  const { jobsPerS } = await runScript<{ jobsPerS: number }>(script, args);
  return jobsPerS;
}
