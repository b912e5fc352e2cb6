import {
  describeFailure,
  messageOf,
  type Clock,
  type GitLabClient,
  type JobFailure,
  type RunnerInfo,
} from '@fellrunner/core';

import { JobAcceptance, type ServerFacts } from '../job-acceptance.ts';
import { identify } from '../received-job.ts';
import { deliverReport } from '../report-delivery.ts';
import { Spool } from '../trace/spool.ts';
import { PatchSize } from '../trace/patch-size.ts';
import { TraceSender } from '../trace/trace-sender.ts';

export interface RefusedJob {
  readonly client: GitLabClient;
  readonly clock: Clock;
  readonly server: ServerFacts;
  readonly info: RunnerInfo;
  readonly payload: string;
  /** Why the payload cannot be used. */
  readonly error: unknown;
}

/**
 * Fails a job that cannot be read, and says why in its log.
 *
 * @throws RunnerError `PAYLOAD_INVALID` where not even the id and token can be read: then nobody
 *   can be told.
 */
export async function refuseJob({ payload, error, ...services }: RefusedJob): Promise<void> {
  const { id, token } = identify(payload);
  const job = { jobId: id, token };
  const failure: JobFailure = { reason: 'payload-unreadable', message: messageOf(error) };
  // One line stays in memory: no file is made.
  const spool = Spool.create(() => '');
  spool.append(`ERROR: Job failed: ${describeFailure(failure)}\n`);
  const acceptance = new JobAcceptance({ ...services, job });
  const trace = new TraceSender({
    ...services,
    job,
    debugTrace: false,
    outlivesReboot: false,
    spool,
    patchSize: new PatchSize(),
    acceptance,
    onJobStatus: () => undefined,
    onGone: () => undefined,
  });
  await deliverReport({
    ...services,
    job,
    outcome: { status: 'failed', failure },
    knownReasons: undefined,
    spool,
    trace,
    acceptance,
    signal: new AbortController().signal,
    onTrouble: () => undefined,
  });
}
