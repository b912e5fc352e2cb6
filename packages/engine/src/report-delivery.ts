import {
  exitCodeOf,
  faultPoint,
  isRunnerError,
  messageOf,
  toFailureReason,
  updateJob,
  type Clock,
  type GitLabClient,
  type JobCredentials,
  type JobOutcome,
  type JobUpdate,
  type JobUpdateAnswer,
  type RunnerInfo,
} from '@fellrunner/core';

import { Backoff } from './backoff.ts';
import type { JobAcceptance } from './job-acceptance.ts';
import type { Spool } from './trace/spool.ts';
import type { TraceSender } from './trace/trace-sender.ts';
import { waitUntil } from './wait-until.ts';

export interface ReportDelivery {
  readonly client: GitLabClient;
  readonly clock: Clock;
  readonly job: JobCredentials;
  readonly info: RunnerInfo;
  readonly outcome: JobOutcome;
  /** What the server says it knows of reasons; undefined where it does not say. */
  readonly knownReasons: readonly string[] | undefined;
  readonly spool: Pick<Spool, 'checksum' | 'size'>;
  readonly trace: Pick<TraceSender, 'drain' | 'rewind'>;
  readonly acceptance: JobAcceptance;
  readonly signal: AbortSignal;
  readonly onTrouble: (why: string) => void;
}

export type ReportEnd =
  | { readonly kind: 'delivered'; readonly status: number; readonly checksum: string }
  /** GitLab has another word on the job than we. */
  | { readonly kind: 'gone'; readonly status: number; readonly jobStatus: string | undefined };

/**
 * Brings the rest of the log and the result to GitLab, however long that takes: 202 means wait
 * and repeat, 412 the whole trace again, anything else but 200 and 403 try again.
 */
export async function deliverReport(delivery: ReportDelivery): Promise<ReportEnd> {
  const { clock, outcome, signal, spool, trace, onTrouble } = delivery;
  const backoff = new Backoff({ firstMs: 1000, mostMs: 5 * 60_000 });
  for (;;) {
    const drained = await trace.drain(signal, onTrouble);
    const checksum = await checksumOf(spool);
    if (checksum instanceof Error) {
      onTrouble(`the log cannot be read: ${checksum.message}`);
      await waitUntil(clock, clock.now() + backoff.next(), signal);
      continue;
    }
    if (drained.kind === 'gone') return judge(drained, outcome, checksum);
    const answer = await attempt(delivery, checksum);
    switch (answer.kind) {
      case 'done':
        return { kind: 'delivered', status: 200, checksum };
      case 'gone':
        return judge(answer, outcome, checksum);
      case 'wait':
        // Accepted, not completed: GitLab is still storing the trace.
        await waitUntil(clock, clock.now() + (answer.intervalMs ?? 1000), signal);
        break;
      case 'unaccepted':
        if ((await delivery.acceptance.accept()) === 'refused')
          return { kind: 'gone', status: 409, jobStatus: undefined };
        break;
      case 'resend-trace':
        trace.rewind();
        break;
      case 'refused':
        onTrouble(`GitLab refuses the result (${answer.status})`);
        await waitUntil(clock, clock.now() + backoff.next(), signal);
        break;
      case 'busy':
        onTrouble(`GitLab answers ${answer.status} to the result`);
        await waitUntil(clock, clock.now() + backoff.next(answer.retryAfterMs), signal);
        break;
      case 'unreachable':
        onTrouble(answer.message);
        await waitUntil(clock, clock.now() + backoff.next(), signal);
    }
  }
}

/** What cannot be read now may be later: a result waits for it rather than for the next start. */
async function checksumOf(spool: ReportDelivery['spool']): Promise<string | Error> {
  try {
    return await spool.checksum();
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  }
}

/** A 403 with our own outcome as `Job-Status` says that an earlier report had arrived. */
function judge(
  { status, jobStatus }: { readonly status: number; readonly jobStatus: string | undefined },
  outcome: JobOutcome,
  checksum: string,
): ReportEnd {
  return jobStatus === outcome.status
    ? { kind: 'delivered', status, checksum }
    : { kind: 'gone', status, jobStatus };
}

async function attempt(
  { client, job, info, outcome, knownReasons, spool, signal }: ReportDelivery,
  checksum: string,
): Promise<JobUpdateAnswer | { kind: 'unreachable'; message: string }> {
  const output = { checksum, bytesize: spool.size };
  const update = { ...job, info, output, ...toUpdate(outcome, knownReasons) };
  faultPoint('before-put');
  try {
    const answer = await updateJob(client, update, signal);
    faultPoint('after-put');
    return answer;
  } catch (error) {
    if (!isRunnerError(error)) throw error;
    return { kind: 'unreachable', message: error.message };
  }
}

/** A canceled job is reported as failed, as gitlab-runner does; GitLab makes `canceled` of it. */
function toUpdate(
  outcome: JobOutcome,
  known: readonly string[] | undefined,
): Pick<JobUpdate, 'state' | 'failureReason' | 'exitCode'> {
  switch (outcome.status) {
    case 'success':
      return { state: 'success', exitCode: 0 };
    case 'failed':
      return {
        state: 'failed',
        failureReason: knownReason(toFailureReason(outcome.failure), known),
        exitCode: exitCodeOf(outcome.failure),
      };
    case 'canceled':
    case 'abandoned':
      return { state: 'failed', failureReason: knownReason('job_canceled', known) };
  }
}

/** What a server does not know it stores as unknown; some reasons have an older name to fall back on. */
function knownReason(reason: string, known: readonly string[] | undefined): string {
  if (known === undefined || known.includes(reason)) return reason;
  const older = reason.startsWith('runner_') ? 'runner_system_failure' : 'unknown_failure';
  return known.includes(older) ? older : 'unknown_failure';
}
