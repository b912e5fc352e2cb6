import type { AnswerHeaders } from './answer.ts';
import type { RetryPolicy } from './retry-policy.ts';

const TRANSIENT_STATUSES = new Set([500, 502, 503, 504]);
const LONGEST_BACKOFF_MS = 60_000;

/** A call that did not succeed, as far as trying again depends on it. */
export interface Failure {
  /** Whether doing it twice is the same as doing it once. */
  readonly repeatable: boolean;
  /** How often it was sent again before. */
  readonly attempt: number;
  readonly cause:
    | {
        readonly kind: 'answered';
        readonly status: number;
        readonly headers: AnswerHeaders;
        readonly text: string;
      }
    /** Nothing was sent: there was no connection. */
    | { readonly kind: 'not-connected' }
    /** The connection ended before a whole answer; the work may be done. */
    | { readonly kind: 'cut' }
    /** Trying again changes nothing: a certificate that is not trusted. */
    | { readonly kind: 'hopeless' };
}

/** How long to wait before the call is sent again; undefined where it is not to be. */
export function retryDelayMs(
  failure: Failure,
  policy: RetryPolicy,
  now: number,
): number | undefined {
  if (failure.attempt >= policy.max || !isWorthAnotherTry(failure, policy)) return undefined;
  const { cause } = failure;
  const asked = cause.kind === 'answered' ? askedDelayMs(cause.headers, now) : undefined;
  return asked ?? Math.min(policy.baseDelayMs * 2 ** failure.attempt, LONGEST_BACKOFF_MS);
}

function isWorthAnotherTry({ cause, repeatable }: Failure, policy: RetryPolicy): boolean {
  switch (cause.kind) {
    case 'answered':
      // Neither a 429 nor a lock that was busy did any of the work, so a POST may follow it.
      if (cause.status === 429) return policy.rateLimited;
      if (isLocked(cause.status, cause.text)) return policy.transient;
      return policy.transient && repeatable && isTransient(cause.status);
    case 'not-connected':
      return policy.transient;
    case 'cut':
      return policy.transient && repeatable;
    case 'hopeless':
      return false;
  }
}

function isLocked(status: number, text: string): boolean {
  return status === 409 && text.includes('Resource lock');
}

/** 520 to 530 are those of a content delivery network that does not reach the server. */
function isTransient(status: number): boolean {
  return TRANSIENT_STATUSES.has(status) || (status >= 520 && status <= 530);
}

/** `Retry-After` in seconds, or the instant of `RateLimit-Reset` in seconds since 1970. */
function askedDelayMs(headers: AnswerHeaders, now: number): number | undefined {
  const after = headers.integer('retry-after');
  if (after !== undefined) return after * 1000;
  const reset = headers.integer('ratelimit-reset');
  return reset === undefined ? undefined : Math.max(0, reset * 1000 - now);
}
