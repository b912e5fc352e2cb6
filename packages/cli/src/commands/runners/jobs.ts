import type { RunnerJob, RunnerJobStatus } from '@fellrunner/management';

import { ExitCode } from '../../exit-code.ts';
import { collect } from '../../management/collect.ts';
import { findAccess, type AccessFlags } from '../../management/gitlab-access.ts';
import { note, printList, type ListPrint } from '../../management/print.ts';
import { ageOf, statusCell } from '../../management/runner-words.ts';
import { withGitLab } from '../../management/with-gitlab.ts';
import { printable } from '../../terminal/printable.ts';
import { formatAge } from '../../terminal/time-text.ts';

/** The options of `fellrunner runners jobs`. */
export interface RunnerJobsFlags extends AccessFlags {
  readonly status?: RunnerJobStatus;
  readonly systemId?: string;
  readonly sort?: 'asc' | 'desc';
  /** 0 for all: a runner may have had a million. */
  readonly limit?: number;
  readonly json?: true;
}

const LIMIT = 100;

const PRINT: ListPrint<RunnerJob> = {
  head: ['JOB', 'STATUS', 'TOOK', 'AGE', 'PROJECT', 'REF', 'STAGE', 'NAME'],
  toRow: (job) => [
    String(job.id),
    statusCell(job.status),
    job.durationS === undefined ? '' : formatAge(job.durationS * 1000),
    ageOf(job.startedAt),
    printable(job.project?.fullPath ?? ''),
    printable(job.ref ?? ''),
    printable(job.stage),
    printable(job.name),
  ],
  empty: 'No such jobs.',
};

/** Lists what a runner works on and has worked on, the newest first. */
export async function jobs(id: number, flags: RunnerJobsFlags): Promise<ExitCode> {
  const { limit = LIMIT, sort, status, systemId } = flags;
  const filter = {
    ...(status !== undefined && { status }),
    ...(systemId !== undefined && { systemId }),
    ...(sort !== undefined && { sort }),
  };
  const atMost = limit === 0 ? Infinity : limit;
  const found = await withGitLab(findAccess(flags), ({ runners }) =>
    collect(runners.jobs(id, filter), atMost + 1),
  );
  printList(found.slice(0, atMost), flags.json, PRINT);
  if (found.length > atMost) note(`there are more than ${atMost} jobs; --limit 0 lists all.`);
  return ExitCode.done;
}
