import { createReadStream, existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { ExitCode } from '../exit-code.ts';
import { jobPage } from '../store/job-words.ts';
import { findJob, JobNotFound, openReader, type StoreFlags } from '../store/open-reader.ts';

/**
 * Prints the log of a job as far as it has come, as GitLab gets it: masked, with its own colors.
 * The log of a job whose result GitLab has is there, and no longer here.
 */
export async function log(reference: string, flags: StoreFlags): Promise<ExitCode> {
  using reader = openReader(flags);
  const job = findJob(reader, reference);
  if (job.state === 'finished.closed') {
    throw new JobNotFound(`Job ${reference} is reported, and its log is at ${jobPage(job)}`);
  }
  process.stdout.write(reader.head(job.key) ?? '');
  const spool = join(`${realpathSync(reader.file)}.jobs`, String(job.key), 'spool');
  if (existsSync(spool)) await pipeline(createReadStream(spool), process.stdout, { end: false });
  return ExitCode.done;
}
