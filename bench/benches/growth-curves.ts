import type { Bench } from '../frame/bench.ts';
import type { Sample } from '../frame/sample.ts';
import { growingJobs } from './curves/growing-jobs.ts';
import { jobsRunning } from './curves/jobs-running.ts';
import { measureGrowing } from './curves/measured-job.ts';

/** How cost grows with what may grow. */
export const growthCurves: Bench = {
  name: 'growth-curves',
  about: 'time and memory by the number of jobs, bytes, files, masked values and events',
  runs: 1,
  async measure(stage) {
    const samples: Sample[] = await jobsRunning(stage);
    for (const growing of growingJobs(stage.short)) {
      samples.push(...(await measureGrowing(stage, growing)));
    }
    return samples;
  },
};
