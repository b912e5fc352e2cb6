import type { GitLabClient } from './gitlab-client.ts';
import type { RunnerInfo } from './runner-info.ts';

export type VerifyAnswer =
  | {
      readonly kind: 'verified';
      readonly id: number | undefined;
      readonly expiresAt: string | undefined;
    }
  | { readonly kind: 'forbidden'; readonly status: number }
  /** 404: another coordinator, which does not know this call. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'busy'; readonly status: number };

/** Asks whether a runner's token is good. Without `info` GitLab keeps empty features for a while. */
export async function verifyRunner(
  client: GitLabClient,
  runner: { readonly token: string; readonly systemId: string; readonly info: RunnerInfo },
  signal?: AbortSignal,
): Promise<VerifyAnswer> {
  const answer = await client.send({
    method: 'POST',
    path: 'runners/verify',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'RUNNER-TOKEN': runner.token,
    },
    body: JSON.stringify({ token: runner.token, system_id: runner.systemId, info: runner.info }),
    signal,
  });
  switch (answer.status) {
    case 200:
      return { kind: 'verified', ...verified(answer.text) };
    case 401:
    case 403:
      return { kind: 'forbidden', status: answer.status };
    case 404:
      return { kind: 'unknown' };
    default:
      return { kind: 'busy', status: answer.status };
  }
}

/** Older servers answer with the bare text `200`. */
function verified(text: string): { id: number | undefined; expiresAt: string | undefined } {
  const none = { id: undefined, expiresAt: undefined };
  if (!text.startsWith('{')) return none;
  const body: unknown = JSON.parse(text);
  if (typeof body !== 'object' || body === null) return none;
  return {
    id: 'id' in body && typeof body.id === 'number' ? body.id : undefined,
    expiresAt:
      'token_expires_at' in body && typeof body.token_expires_at === 'string'
        ? body.token_expires_at
        : undefined,
  };
}
