import type { JobSummary } from '@fellrunner/persistence';

import { ExitCode } from '../exit-code.ts';
import { describeState, failureReason } from '../store/job-words.ts';
import { openReader, type StoreFlags } from '../store/open-reader.ts';
import { printJson, stdoutPaper } from '../terminal/paper.ts';
import { printable } from '../terminal/printable.ts';
import { formatTable } from '../terminal/table.ts';
import { formatAge } from '../terminal/time-text.ts';

/** The options of `fellrunner jobs`. */
export interface JobsFlags extends StoreFlags {
  readonly json?: true;
  /** Those too that GitLab has the result of. */
  readonly all?: true;
}

const HEAD = ['JOB', 'STATE', 'AGE', 'NAME', 'PROJECT', 'SERVER', 'WAITS FOR'];

/** Lists a store's jobs, oldest first. */
export async function jobs(flags: JobsFlags): Promise<ExitCode> {
  using reader = openReader(flags);
  const found = reader.jobs({ unfinishedOnly: flags.all !== true });
  if (flags.json) printJson(found.map(toJson));
  else if (found.length > 0) {
    process.stdout.write(formatTable(HEAD, found.map(toRow), stdoutPaper()));
  } else if (process.stdout.isTTY) {
    process.stdout.write(`No ${flags.all ? '' : 'unfinished '}jobs.\n`);
  }
  return ExitCode.done;
}

function toRow(job: JobSummary): string[] {
  const { finishedAt, gitlabId, name, project, receivedAt, url, waitsFor } = job;
  const age = formatAge((finishedAt ?? Date.now()) - receivedAt);
  const server = new URL(url).host;
  const cells = [name, project, server, waitsFor ?? ''].map(printable);
  return [String(gitlabId), describeState(job), age, ...cells];
}

/** A job as `--json` prints it: names and words of the store, times in milliseconds since 1970. */
export function toJson(job: JobSummary): Record<string, unknown> {
  return { ...job, failureReason: failureReason(job.outcome) };
}
