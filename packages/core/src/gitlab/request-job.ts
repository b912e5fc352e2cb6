import type { GitLabClient } from './gitlab-client.ts';
import type { RunnerInfo } from './runner-info.ts';

export interface JobRequest {
  readonly token: string;
  readonly systemId: string;
  readonly info: RunnerInfo;
  /** What the last answer's `X-GitLab-Last-Update` was; lets the server hold the request. */
  readonly lastUpdate?: string | undefined;
}

export type JobRequestAnswer =
  | { readonly kind: 'job'; readonly payload: string }
  | { readonly kind: 'none'; readonly lastUpdate: string | undefined }
  /** 409: others took what there was; ask again soon. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'busy'; readonly status: number; readonly retryAfterMs: number | undefined };

/** Longer than any server holds a request (Workhorse: 50 s). */
const LONG_POLL_TIMEOUT_MS = 10 * 60_000;

/** Asks for one job. It must be awaited to its end: a 201 that nobody reads is a lost job. */
export async function requestJob(
  client: GitLabClient,
  { token, systemId, info, lastUpdate }: JobRequest,
  signal?: AbortSignal,
): Promise<JobRequestAnswer> {
  const answer = await client.send({
    method: 'POST',
    path: 'jobs/request',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'RUNNER-TOKEN': token,
    },
    body: JSON.stringify({
      token,
      system_id: systemId,
      info,
      ...(lastUpdate === undefined ? {} : { last_update: lastUpdate }),
    }),
    signal,
    headersTimeoutMs: LONG_POLL_TIMEOUT_MS,
  });
  switch (answer.status) {
    case 201:
      return { kind: 'job', payload: answer.text };
    case 204:
      return { kind: 'none', lastUpdate: answer.headers.get('x-gitlab-last-update') };
    case 409:
      return { kind: 'conflict' };
    case 401:
    case 403:
      return { kind: 'forbidden' };
    default:
      return {
        kind: 'busy',
        status: answer.status,
        retryAfterMs: answer.headers.retryAfterMs(Date.now()),
      };
  }
}
