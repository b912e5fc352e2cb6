/** What went wrong, for scripts and retry policies; the message is for people. */
export type ManagementErrorCode =
  /** An option or argument cannot be right, and nothing was sent. */
  | 'CONFIG_INVALID'
  /** 400 or 422: GitLab does not accept a value. */
  | 'GITLAB_INVALID'
  /** 401. */
  | 'GITLAB_UNAUTHORIZED'
  /** 403. */
  | 'GITLAB_FORBIDDEN'
  /** 404: it does not exist, or not for this token. */
  | 'GITLAB_NOT_FOUND'
  /** 409. */
  | 'GITLAB_CONFLICT'
  /** 410: registration tokens are not in use any more. */
  | 'GITLAB_GONE'
  /** 412: changed since the instant that the request named. */
  | 'GITLAB_CHANGED'
  /** 429. */
  | 'GITLAB_RATE_LIMITED'
  /** 3xx: a redirect is never followed, since it would take the token along. */
  | 'GITLAB_REDIRECTED'
  /** 5xx. */
  | 'GITLAB_UNAVAILABLE'
  /** No whole answer came. */
  | 'GITLAB_UNREACHABLE'
  /** An answer that is not GitLab's. */
  | 'GITLAB_UNEXPECTED';

export interface ManagementErrorFacts {
  /** Undefined where no answer came. */
  readonly status?: number;
  /** The refusal as GitLab sent it: parsed JSON, or text. */
  readonly body?: unknown;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

const BRAND: unique symbol = Symbol.for('@fellrunner/management/ManagementError');

/** The one class for what a call can come to beside its result. */
export class ManagementError extends Error {
  override readonly name = 'ManagementError';
  readonly [BRAND] = true;
  readonly code: ManagementErrorCode;
  readonly status: number | undefined;
  readonly body: unknown;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;

  constructor(code: ManagementErrorCode, message: string, facts: ManagementErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.status = facts.status;
    this.body = facts.body;
    this.retryable = facts.retryable ?? false;
  }
}

/** Recognises the class across copies of the package and across realms, unlike `instanceof`. */
export function isManagementError(error: unknown): error is ManagementError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** An error for what the caller handed in. */
export function invalidArgument(message: string): ManagementError {
  return new ManagementError('CONFIG_INVALID', message);
}
