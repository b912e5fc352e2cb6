import type { Answer } from './answer.ts';
import { ManagementError, type ManagementErrorCode } from './management-error.ts';
import { refusalText } from './wire-refusal.ts';

/** The call that an error is about: `PUT runners/7`. */
export interface Subject {
  readonly method: string;
  readonly path: string;
  readonly url: string;
}

/** A refusal as an error; its message has GitLab's words and the way out. */
export function toError({ method, path, url }: Subject, answer: Answer): ManagementError {
  const { status, headers, body } = answer;
  const code = codeOf(status);
  const words = refusalText(body) ?? `status ${status}`;
  const shown = words.includes(String(status)) ? words : `${words} (${status})`;
  const location = headers.get('location');
  const advice = code === 'GITLAB_REDIRECTED' ? redirected(location) : adviceFor(code);
  return new ManagementError(code, `${method} ${path} at ${url}: ${shown}${advice}`, {
    status,
    body,
    retryable: status === 429 || status >= 500,
  });
}

function codeOf(status: number): ManagementErrorCode {
  if (status >= 500) return 'GITLAB_UNAVAILABLE';
  if (status >= 300 && status < 400) return 'GITLAB_REDIRECTED';
  return codes.get(status) ?? 'GITLAB_UNEXPECTED';
}

const codes: ReadonlyMap<number, ManagementErrorCode> = new Map([
  [400, 'GITLAB_INVALID'],
  [401, 'GITLAB_UNAUTHORIZED'],
  [403, 'GITLAB_FORBIDDEN'],
  [404, 'GITLAB_NOT_FOUND'],
  [409, 'GITLAB_CONFLICT'],
  [410, 'GITLAB_GONE'],
  [412, 'GITLAB_CHANGED'],
  [422, 'GITLAB_INVALID'],
  [429, 'GITLAB_RATE_LIMITED'],
]);

function adviceFor(code: ManagementErrorCode): string {
  switch (code) {
    case 'GITLAB_UNAUTHORIZED':
      return '; the token is missing, revoked or expired.';
    case 'GITLAB_GONE':
      return '; create the runner in GitLab instead, and use the token that it gets.';
    case 'GITLAB_CHANGED':
      return '; it has changed since: look at it again.';
    default:
      return '.';
  }
}

/** Only where to: what a link's query has may be a secret. */
function redirected(location: string | undefined): string {
  if (location === undefined || !URL.canParse(location)) return '; check the address.';
  const { origin, pathname } = new URL(location);
  return `; it is at ${origin}${pathname}: use that address.`;
}
