import type { GitLabAnswer, GitLabClient } from './gitlab-client.ts';
import type { JobCredentials } from './job-credentials.ts';
import type { RunnerInfo } from './runner-info.ts';

export interface JobUpdate extends JobCredentials {
  readonly info: RunnerInfo;
  /** `running` keeps a silent job alive. */
  readonly state: 'running' | 'success' | 'failed';
  readonly failureReason?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly output?: { readonly checksum: string; readonly bytesize: number } | undefined;
}

export type JobUpdateAnswer =
  | { readonly kind: 'done'; readonly jobStatus: string | undefined }
  /** 202: the server is still storing the trace; the same update is due again after a while. */
  | {
      readonly kind: 'wait';
      readonly intervalMs: number | undefined;
      readonly jobStatus: string | undefined;
    }
  /** 412: the server lost the trace; it wants all of it again. */
  | { readonly kind: 'resend-trace' }
  | { readonly kind: 'gone'; readonly status: number; readonly jobStatus: string | undefined }
  /** With two-phase commit: the job waits for its runner to say that it runs it. */
  | { readonly kind: 'unaccepted' }
  /** 400, or 409 for a job that another runner has: GitLab does not take this update. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'busy'; readonly status: number; readonly retryAfterMs: number | undefined };

/** Tells GitLab how a job stands. Only 200 means that a final state has arrived. */
export async function updateJob(
  client: GitLabClient,
  update: JobUpdate,
  signal?: AbortSignal,
): Promise<JobUpdateAnswer> {
  const { jobId, token, output } = update;
  const answer = await client.send({
    method: 'PUT',
    path: `jobs/${jobId}`,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'JOB-TOKEN': token },
    body: JSON.stringify({
      token,
      info: update.info,
      state: update.state,
      failure_reason: update.failureReason,
      exit_code: update.exitCode,
      checksum: output?.checksum,
      output,
    }),
    signal,
  });
  const { jobStatus, traceIntervalMs } = answer.headers;
  switch (answer.status) {
    case 200:
      return { kind: 'done', jobStatus };
    case 202:
      return { kind: 'wait', intervalMs: traceIntervalMs, jobStatus };
    case 412:
      return { kind: 'resend-trace' };
    case 403:
    case 404:
      if (jobStatus === 'pending') return { kind: 'unaccepted' };
      return { kind: 'gone', status: answer.status, jobStatus };
    case 400:
      return { kind: 'refused', status: answer.status };
    case 409:
      // A lock that GitLab could not get in time is no word on the job.
      if (answer.text.includes('lock')) return busy(answer);
      return { kind: 'refused', status: answer.status };
    default:
      return busy(answer);
  }
}

function busy({ status, headers }: GitLabAnswer): JobUpdateAnswer {
  return { kind: 'busy', status, retryAfterMs: headers.retryAfterMs(Date.now()) };
}
