import { randomBytes } from 'node:crypto';

import type { GitLabAnswer, GitLabClient } from './gitlab-client.ts';
import type { JobCredentials } from './job-credentials.ts';

export interface ArtifactUpload extends JobCredentials {
  readonly filename: string;
  readonly type: string;
  readonly format: string;
  readonly expireIn: string | undefined;
  /** Read once a call, to its end; a part is used up when the next one is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
  /** Where an earlier answer sent the upload. */
  readonly at?: URL | undefined;
}

export type ArtifactAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'too-large' }
  /** 307, 308: the same server wants it at another place; what was read must be read again. */
  | { readonly kind: 'moved'; readonly to: URL }
  /** 400, 405: another one of the type is there, or GitLab cannot use it. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  | { readonly kind: 'gone'; readonly status: number; readonly jobStatus: string | undefined }
  /** With two-phase commit: the job waits for its runner to say that it runs it. */
  | { readonly kind: 'unaccepted' }
  | { readonly kind: 'busy'; readonly status: number; readonly retryAfterMs: number | undefined };

/** The server may take long to store what it got. */
const STORE_TIMEOUT_MS = 30 * 60_000;

/**
 * Uploads one artifact as the multipart part `file`, streamed. A redirect to another server is a
 * refusal: the upload would need the job's token there.
 */
export async function uploadArtifact(
  client: GitLabClient,
  upload: ArtifactUpload,
  signal?: AbortSignal,
): Promise<ArtifactAnswer> {
  const boundary = `fellrunner-${randomBytes(12).toString('hex')}`;
  const query = new URLSearchParams({ artifact_format: upload.format, artifact_type: upload.type });
  if (upload.expireIn !== undefined) query.set('expire_in', upload.expireIn);
  const path = `jobs/${upload.jobId}/artifacts?${query}`;
  const answer = await client.send({
    method: 'POST',
    path: upload.at?.href ?? path,
    takesRedirects: true,
    headers: {
      'JOB-TOKEN': upload.token,
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
    },
    body: multipart(boundary, upload),
    signal,
    headersTimeoutMs: STORE_TIMEOUT_MS,
  });
  switch (answer.status) {
    case 201:
      return { kind: 'accepted' };
    case 413:
      return { kind: 'too-large' };
    case 400:
    case 405:
      return { kind: 'refused', status: answer.status, message: messageIn(answer.text) };
    case 307:
    case 308:
      return redirected(client, answer, upload.at ?? client.urlOf(path));
    case 401:
    case 403:
    case 404: {
      const { jobStatus } = answer.headers;
      if (jobStatus === 'pending') return { kind: 'unaccepted' };
      return { kind: 'gone', status: answer.status, jobStatus };
    }
    default:
      return {
        kind: 'busy',
        status: answer.status,
        retryAfterMs: answer.headers.retryAfterMs(Date.now()),
      };
  }
}

function redirected(client: GitLabClient, answer: GitLabAnswer, from: URL): ArtifactAnswer {
  const { headers, status } = answer;
  const to = headers.locationFrom(from);
  if (to === undefined) return { kind: 'busy', status, retryAfterMs: undefined };
  if (client.isOwn(to)) return { kind: 'moved', to };
  const message = `redirected to ${to.origin}, where the job's token is not sent`;
  return { kind: 'refused', status, message };
}

async function* multipart(
  boundary: string,
  { filename, content }: ArtifactUpload,
): AsyncGenerator<Uint8Array> {
  const quoted = filename.replaceAll(/["\r\n\\]/g, '_');
  yield Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quoted}"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n',
  );
  yield* content;
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

/** GitLab answers `{"message": …}` or `{"error": …}`. */
function messageIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) {
      if ('message' in body)
        return typeof body.message === 'string' ? body.message : JSON.stringify(body.message);
      if ('error' in body) return String(body.error);
    }
  } catch {
    // An answer that is no JSON comes from something between us and GitLab; its text is all there is.
  }
  return text.slice(0, 200);
}
