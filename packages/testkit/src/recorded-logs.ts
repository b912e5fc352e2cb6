import { jobsThatAreCutShort } from './recorded-logs/jobs-that-are-cut-short.ts';
import { jobsThatRunThrough } from './recorded-logs/jobs-that-run-through.ts';
import { jobsThatTakeAWhile } from './recorded-logs/jobs-that-take-a-while.ts';
import type { RecordedLog } from './recorded-logs/recorded-log.ts';

export type { RecordedLog } from './recorded-logs/recorded-log.ts';

/** A log of every kind of job, from `job.received` to `job.closed`. */
export const recordedLogs: readonly RecordedLog[] = [
  ...jobsThatRunThrough,
  ...jobsThatAreCutShort,
  ...jobsThatTakeAWhile,
];
