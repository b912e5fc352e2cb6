import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { JobSpec } from '@fellrunner/emulator';

import { allRunning } from '../frame/all-done.ts';
import type { Bench, Stage } from '../frame/bench.ts';
import { handlerFile } from '../frame/handler-file.ts';
import { proportionalMb } from '../frame/processes.ts';
import { startGitLab } from '../frame/gitlab.ts';
import { RunnerProcess } from '../frame/runner-process.ts';
import type { Sample } from '../frame/sample.ts';
import { shellJob } from '../frame/shell-job.ts';
import { startWatch } from '../frame/stopwatch.ts';

const WATCHED_S = 10;
/** What GitLab asks of jobs at whose log nobody looks. */
const UNWATCHED = { update_interval_s: 60 };

/** What jobs cost that only wait. */
export const many: Bench = {
  name: 'many',
  about: '1,000 jobs that wait, all at once',
  async measure(stage) {
    const count = stage.short ? 100 : 1000;
    const handler = ['--handler', handlerFile('waits')];
    const sleepy = shellJob('sleep 3600', { count });
    return [
      ...(await watchJobs(stage, { kind: 'handler', args: handler, jobs: { count } })),
      ...(await watchJobs(stage, { kind: 'shell', args: ['--executor', 'shell'], jobs: sleepy })),
    ];
  },
};

interface Waiting {
  readonly kind: string;
  readonly args: readonly string[];
  readonly jobs: JobSpec;
}

async function watchJobs(stage: Stage, { args, jobs, kind }: Waiting): Promise<Sample[]> {
  await using gitlab = await startGitLab(UNWATCHED);
  const folder = join(stage.folder, kind);
  const concurrency = ['--concurrency', String(jobs.count)];
  await using runner = new RunnerProcess({ ...stage, folder }, gitlab, [...args, ...concurrency]);
  await allRunning(runner, gitlab.jobs({ ...jobs, count: 1 }));
  const withOne = runner.memoryMb.now;
  const seconds = startWatch();
  await allRunning(runner, gitlab.jobs({ ...jobs, count: (jobs.count ?? 1) - 1 }));
  const ramp = seconds();
  const cpuBefore = runner.cpuMs;
  await sleep(WATCHED_S * 1000);
  const cpu = runner.cpuMs - cpuBefore;
  const { tree } = runner;
  const count = (jobs.count ?? 1).toLocaleString('en');
  const row = (what: string): string => `${count} ${kind} jobs: ${what}`;
  return [
    { what: row('until all have said something'), unit: 's', value: ramp },
    { what: `1 ${kind} job: memory of the runner (RSS)`, unit: 'MB', value: withOne },
    { what: row('memory of the runner (RSS)'), unit: 'MB', value: runner.memoryMb.now },
    { what: row('memory of all processes (PSS)'), unit: 'MB', value: proportionalMb(tree) },
    { what: row('processes'), unit: '', value: tree.length },
    { what: row(`CPU of the runner in ${WATCHED_S} s`), unit: 'ms', value: cpu },
  ];
}
