import type { Bench } from '../frame/bench.ts';
import { artifact } from './artifact.ts';
import { growth } from './growth.ts';
import { growthCurves } from './growth-curves.ts';
import { jobs } from './jobs.ts';
import { latency } from './latency.ts';
import { live } from './live.ts';
import { log } from './log.ts';
import { many } from './many.ts';
import { profile } from './profile.ts';
import { resume } from './resume.ts';
import { shell } from './shell.ts';
import { start } from './start.ts';
import { trace } from './trace.ts';

/** In the order in which they are run and shown. */
export const benches: readonly Bench[] = [
  jobs,
  shell,
  trace,
  live,
  latency,
  many,
  resume,
  artifact,
  log,
  growth,
  growthCurves,
  start,
  profile,
];
