import type { Bench } from '../frame/bench.ts';
import type { Sample } from '../frame/sample.ts';
import { eventsOfJob } from './curves/events-of-job.ts';
import { filesPacked } from './curves/files-packed.ts';
import { jobsRunning } from './curves/jobs-running.ts';
import { logLength } from './curves/log-length.ts';
import { secretsMasked } from './curves/secrets-masked.ts';

/** How cost grows with what may grow; a flat line is what is wanted. */
export const growthCurves: Bench = {
  name: 'growth-curves',
  about: 'time and memory by the number of jobs, bytes, files, masked values and events',
  runs: 1,
  async measure(stage) {
    const samples: Sample[] = [];
    for (const measure of [jobsRunning, logLength, filesPacked, secretsMasked, eventsOfJob]) {
      samples.push(...(await measure(stage)));
    }
    return samples;
  },
};
