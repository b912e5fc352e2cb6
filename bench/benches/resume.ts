import { openStoreReader } from '@fellrunner/persistence';

import { allRunning } from '../frame/all-done.ts';
import type { Bench } from '../frame/bench.ts';
import { handlerFile } from '../frame/handler-file.ts';
import { startGitLab } from '../frame/gitlab.ts';
import { RunnerProcess } from '../frame/runner-process.ts';
import { startWatch } from '../frame/stopwatch.ts';

/** How soon all goes on after the worst. */
export const resume: Bench = {
  name: 'resume',
  about: '`kill -9` with 1,000 handler jobs running, then a start on the same store',
  async measure(stage) {
    const count = stage.short ? 100 : 1000;
    await using gitlab = await startGitLab({ update_interval_s: 1 });
    const args = ['--handler', handlerFile('waits'), '--concurrency', String(count)];
    const first = new RunnerProcess(stage, gitlab, args);
    const jobs = gitlab.jobs({ count });
    await allRunning(first, jobs);
    await first.kill();
    const sizes = new Map(jobs.map((job) => [job, job.traceBytes.length]));
    const [startedAt, seconds] = [Date.now(), startWatch()];
    await using second = new RunnerProcess(stage, gitlab, args);
    const heard = jobs.map((job) =>
      job.until((it) => it.traceBytes.length > (sizes.get(job) ?? 0)),
    );
    await second.whileItRuns(Promise.all(heard));
    const heardAfter = seconds();
    const events = resumedAt(second.store);
    const committed = (Math.max(...events) - startedAt) / 1000;
    if (events.length !== count) throw new Error(`Only ${events.length} of ${count} jobs resumed.`);
    const all = count.toLocaleString('en');
    return [
      { what: `until the last of ${all} is resumed in the log`, unit: 's', value: committed },
      { what: `until the server has heard of all ${all}`, unit: 's', value: heardAfter },
      { what: 'most memory of the second start (RSS)', unit: 'MB', value: second.memoryMb.peak },
    ];
  },
};

function resumedAt(store: string): number[] {
  using reader = openStoreReader(store);
  return reader
    .jobs()
    .flatMap(({ key }) => reader.events(key))
    .filter(({ type }) => type === 'job.resumed')
    .map(({ at }) => at);
}
