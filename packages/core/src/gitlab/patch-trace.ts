import type { GitLabClient } from './gitlab-client.ts';
import type { JobCredentials } from './job-credentials.ts';

/** Bytes that are made while they are sent; a part is used up when the next one is asked for. */
export interface BytesInParts extends AsyncIterable<Uint8Array> {
  readonly length: number;
}

export interface TracePatch extends JobCredentials {
  /** Where the piece begins in the whole trace. */
  readonly offset: number;
  readonly bytes: Uint8Array | BytesInParts;
  readonly debugTrace?: boolean;
}

export type TraceAnswer =
  | {
      readonly kind: 'accepted';
      readonly jobStatus: string | undefined;
      readonly intervalMs: number | undefined;
    }
  /** The server's trace ends elsewhere: go on there, whatever was sent before. */
  | { readonly kind: 'wrong-offset'; readonly serverOffset: number }
  /** The job is no longer this runner's; GitLab's word where it gave one. */
  | { readonly kind: 'gone'; readonly status: number; readonly jobStatus: string | undefined }
  /** With two-phase commit: the job waits for its runner to say that it runs it. */
  | { readonly kind: 'unaccepted' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'busy'; readonly status: number; readonly retryAfterMs: number | undefined };

/** Sends a piece of the trace. The server reads only the start of `Content-Range`. */
export async function patchTrace(
  client: GitLabClient,
  { jobId, token, offset, bytes, debugTrace }: TracePatch,
  signal?: AbortSignal,
): Promise<TraceAnswer> {
  const last = Math.max(offset, offset + bytes.length - 1);
  const answer = await client.send({
    method: 'PATCH',
    path: `jobs/${jobId}/trace${debugTrace === true ? '?debug_trace=true' : ''}`,
    headers: {
      'JOB-TOKEN': token,
      'Content-Type': 'text/plain',
      'Content-Range': `${offset}-${last}`,
      // Of parts that are yet to be made nobody else knows it.
      'Content-Length': String(bytes.length),
    },
    body: bytes,
    signal,
  });
  const { jobStatus, traceIntervalMs } = answer.headers;
  switch (answer.status) {
    case 202:
      return { kind: 'accepted', jobStatus, intervalMs: traceIntervalMs };
    case 416:
      return { kind: 'wrong-offset', serverOffset: endOfRange(answer.headers.get('range')) };
    case 403:
    case 404:
      if (jobStatus === 'pending') return { kind: 'unaccepted' };
      return { kind: 'gone', status: answer.status, jobStatus };
    case 413:
      return { kind: 'too-large' };
    default:
      return {
        kind: 'busy',
        status: answer.status,
        retryAfterMs: answer.headers.retryAfterMs(Date.now()),
      };
  }
}

/** GitLab's `Range: 0-N` ends with the size, not with the last byte's index. */
function endOfRange(range: string | undefined): number {
  const end = Number.parseInt(range?.split('-')[1] ?? '', 10);
  return Number.isFinite(end) ? end : 0;
}
