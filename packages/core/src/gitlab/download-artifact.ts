import type { Readable } from 'node:stream';

import { request } from 'undici';

import { RunnerError } from '../errors.ts';
import type { GitLabClient } from './gitlab-client.ts';
import type { JobCredentials } from './job-credentials.ts';

export type DownloadAnswer =
  | { readonly kind: 'found'; readonly body: Readable }
  | { readonly kind: 'none' }
  | { readonly kind: 'forbidden'; readonly status: number }
  | { readonly kind: 'busy'; readonly status: number };

/** Downloads a job's archive; a redirect to object storage is followed without the job's token. */
export async function downloadArtifact(
  client: GitLabClient,
  { jobId, token, direct }: JobCredentials & { readonly direct: boolean },
  signal?: AbortSignal,
): Promise<DownloadAnswer> {
  const { status, headers, body } = await client.open({
    method: 'GET',
    path: `jobs/${jobId}/artifacts${direct ? '?direct_download=true' : ''}`,
    headers: { 'JOB-TOKEN': token },
    signal,
  });
  if (status === 200) return { kind: 'found', body };
  await body.dump();
  switch (status) {
    case 301:
    case 302:
    case 307:
      return follow(headers.get('location'), client.url, signal);
    case 401:
    case 403:
      return { kind: 'forbidden', status };
    case 404:
      return { kind: 'none' };
    default:
      return { kind: 'busy', status };
  }
}

async function follow(
  location: string | undefined,
  base: string,
  signal: AbortSignal | undefined,
): Promise<DownloadAnswer> {
  if (location === undefined || !URL.canParse(location, base)) {
    throw new RunnerError('GITLAB_UNEXPECTED', 'GitLab redirects a download to nowhere.');
  }
  const { statusCode, body } = await request(new URL(location, base), { signal: signal ?? null });
  if (statusCode === 200) return { kind: 'found', body };
  await body.dump();
  return { kind: 'busy', status: statusCode };
}
