import type { Readable } from 'node:stream';

import { RunnerError } from '../errors.ts';
import type { GitLabClient, OpenAnswer } from './gitlab-client.ts';
import type { JobCredentials } from './job-credentials.ts';

export type DownloadAnswer =
  | { readonly kind: 'found'; readonly body: Readable }
  | { readonly kind: 'none' }
  | { readonly kind: 'forbidden'; readonly status: number }
  | { readonly kind: 'busy'; readonly status: number };

/** Object storages redirect once more at most; a server that goes on is in a circle. */
const MOST_REDIRECTS = 5;

/** Downloads a job's archive. Where GitLab redirects to another server, the job's token stays here. */
export async function downloadArtifact(
  client: GitLabClient,
  { jobId, token, direct }: JobCredentials & { readonly direct: boolean },
  signal?: AbortSignal,
): Promise<DownloadAnswer> {
  const path = `jobs/${jobId}/artifacts${direct ? '?direct_download=true' : ''}`;
  const ask = (at: string): Promise<OpenAnswer> =>
    client.open({ method: 'GET', path: at, headers: { 'JOB-TOKEN': token }, signal });
  let url = client.urlOf(path);
  let answer = await ask(path);
  for (let count = 0; isRedirect(answer.status); count += 1) {
    await answer.body.dump();
    const to = answer.headers.locationFrom(url);
    if (to === undefined || count === MOST_REDIRECTS) throw nowhere(client);
    url = to;
    answer = await (client.isOwn(url) ? ask(url.href) : client.openElsewhere(url, signal));
  }
  return toAnswer(answer, client.isOwn(url));
}

async function toAnswer({ body, status }: OpenAnswer, isGitLabs: boolean): Promise<DownloadAnswer> {
  if (status === 200) return { kind: 'found', body };
  await body.dump();
  if (!isGitLabs) return { kind: 'busy', status };
  switch (status) {
    case 401:
    case 403:
      return { kind: 'forbidden', status };
    case 404:
      return { kind: 'none' };
    default:
      return { kind: 'busy', status };
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function nowhere({ url }: GitLabClient): RunnerError {
  return new RunnerError('GITLAB_UNEXPECTED', `GitLab at ${url} redirects a download to nowhere.`);
}
