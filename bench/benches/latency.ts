import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Seeded } from '../../chaos/seeded.ts';
import { allDone } from '../frame/all-done.ts';
import type { Bench, Stage } from '../frame/bench.ts';
import { handlerFile } from '../frame/handler-file.ts';
import { startGitLab } from '../frame/gitlab.ts';
import { RunnerProcess } from '../frame/runner-process.ts';
import { quantile, type Sample } from '../frame/sample.ts';
import { shellJob } from '../frame/shell-job.ts';

/** How soon an idle runner shows that it has a job. */
export const latency: Bench = {
  name: 'latency',
  about: 'an idle runner: from the job in the queue to its first log or result at the server',
  async measure(stage) {
    const [held, asked] = stage.short ? [5, 3] : [20, 10];
    const kinds = { handler: ['--handler', handlerFile('prints')], shell: ['--executor', 'shell'] };
    const samples: Sample[] = [];
    for (const [kind, args] of Object.entries(kinds)) {
      const wait = { kind, args };
      samples.push(...(await timeJobs(stage, { ...wait, count: held, holdS: 50 })));
      samples.push(...(await timeJobs(stage, { ...wait, count: asked, holdS: 0 })));
    }
    return samples;
  },
};

interface Wait {
  readonly kind: string;
  readonly args: readonly string[];
  readonly count: number;
  /** How long the server holds a request for a job that it does not have. */
  readonly holdS: number;
}

async function timeJobs(stage: Stage, { args, count, holdS, kind }: Wait): Promise<Sample[]> {
  await using gitlab = await startGitLab({ long_poll_s: holdS });
  const folder = join(stage.folder, `${kind}-${holdS}`);
  await using runner = new RunnerProcess({ ...stage, folder }, gitlab, args);
  await allDone(runner, gitlab.jobs(shellJob('true', { count: 1 })));
  const chance = new Seeded(1);
  const waits: number[] = [];
  for (let job = 0; job < count; job += 1) {
    // Random, so that no runner's polling falls into step with it.
    await sleep(chance.between(100, 600));
    waits.push(await timeJob());
  }
  const how = holdS > 0 ? 'request held' : 'request not held, asked every 3 s';
  return [
    { what: `${kind}, ${how}: p50`, unit: 'ms', value: quantile(waits, 0.5) },
    { what: `${kind}, ${how}: p95`, unit: 'ms', value: quantile(waits, 0.95) },
  ];

  async function timeJob(): Promise<number> {
    const startedAt = performance.now();
    const job = gitlab.job(shellJob('true'));
    const isSeen = (): boolean => job.traceBytes.length > 0 || job.status === 'success';
    await runner.whileItRuns(job.until(isSeen));
    const waited = performance.now() - startedAt;
    await allDone(runner, [job]);
    return waited;
  }
}
