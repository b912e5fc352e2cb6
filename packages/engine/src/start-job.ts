import { existsSync } from 'node:fs';
import { join } from 'node:path';

import {
  JobActor,
  replayJob,
  type JobContext,
  type JobKey,
  type JobReceived,
} from '@fellrunner/core';

import { JobRun, type JobRunListener } from './job-run.ts';
import type { JobServices } from './job-services.ts';
import { credentialsIn, type Reception } from './received-job.ts';
import { sealOptions } from './sealed-options.ts';
import { Spool } from './trace/spool.ts';

export interface JobStart {
  readonly services: JobServices;
  readonly listener: JobRunListener;
}

/** Begins a job that GitLab has just handed out; its first commit is under way. */
export function beginJob(start: JobStart, payload: string, reception: Reception): JobRun {
  const { token, debugTrace } = reception;
  const { options, ...executor } = reception.received.executor;
  const event: JobReceived = {
    type: 'job.received',
    at: start.services.clock.now(),
    data: { ...reception.received, executor },
  };
  const run = new JobRun({
    ...start,
    payload: sealOptions(payload, options),
    token,
    debugTrace,
    actor: new JobActor(event),
    spool: Spool.create(() => join(run.folder, 'spool')),
    received: event,
    stored: undefined,
  });
  run.begin();
  return run;
}

/**
 * Goes on with a job that an earlier runner left unfinished.
 *
 * @throws RunnerError `EVENT_LOG_CORRUPT`
 */
export async function resumeJob(start: JobStart, key: JobKey): Promise<JobRun> {
  const { log, jobsDir } = start.services;
  const stored = await log.read(key);
  const payload = await log.payload(key);
  const actor = replayJob(stored);
  const folder = join(jobsDir, String(key));
  // A spool that has lost something makes its folder anew.
  const hasFolder = existsSync(folder);
  const spool = await Spool.reopen({
    file: join(folder, 'spool'),
    head: await log.traceHead(key),
    cursor: cursorOf(actor.state.context),
    knownSize: actor.state.context.spoolSize,
  });
  const run = new JobRun({
    ...start,
    payload: payload ?? '',
    ...credentialsIn(payload),
    actor,
    spool,
    received: undefined,
    stored: { key, length: stored.length, hasFolder },
  });
  run.takeUp(payload === undefined);
  return run;
}

/**
 * What was printed behind this place belongs to work that is begun again. A handler's step that
 * is not called again keeps all that it has printed.
 */
function cursorOf({ work, spoolSize, job, ending }: JobContext): number {
  if (work?.kind !== 'step') return spoolSize;
  const isCalledAgain = job.executor.resumable && ending === undefined;
  return isCalledAgain ? work.spoolOffset : Infinity;
}
