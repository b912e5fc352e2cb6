import { parseJob, type Job } from '@fellrunner/core';

import type { JobCall } from '../pool/worker-message.ts';
import { JobTraceFilters } from './job-trace-filter.ts';

/** A job as a thread knows it: read once for all of its calls. */
export interface KnownJob {
  readonly job: Job;
  readonly filters: JobTraceFilters;
}

const MOST_KNOWN = 64;
const known = new Map<string, KnownJob>();

/** Reads a call's job, unless this thread has done so for an earlier call. */
export function knownJob({ payload, outputLimitBytes, isLast }: JobCall): KnownJob {
  const job = known.get(payload) ?? readJob(payload, outputLimitBytes);
  known.delete(payload);
  if (!isLast) known.set(payload, job);
  const [longestUnused] = known.keys();
  if (known.size > MOST_KNOWN && longestUnused !== undefined) known.delete(longestUnused);
  return job;
}

function readJob(payload: string, outputLimitBytes: number): KnownJob {
  const job = parseJob(payload);
  return { job, filters: new JobTraceFilters(job, outputLimitBytes) };
}
