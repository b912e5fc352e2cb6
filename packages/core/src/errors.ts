/** What can go wrong outside of a job's own outcome. Scripts and retry policies read the code. */
export type RunnerErrorCode =
  | 'CONFIG_INVALID'
  | 'HANDLER_UNUSABLE'
  | 'GITLAB_UNAUTHORIZED'
  | 'GITLAB_UNREACHABLE'
  | 'GITLAB_UNEXPECTED'
  | 'EVENT_LOG_CONFLICT'
  | 'EVENT_LOG_CORRUPT'
  | 'STORE_IN_USE'
  | 'STORE_NEWER'
  | 'STORE_DAMAGED'
  | 'STORE_UNWRITABLE'
  | 'STORE_FULL'
  | 'PAYLOAD_INVALID';

const BRAND: unique symbol = Symbol.for('@fellrunner/core/RunnerError');

/** The one class for operational errors; the message names the thing and the way out. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError';
  readonly [BRAND] = true;
  readonly code: RunnerErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;

  constructor(
    code: RunnerErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly retryable?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** Recognises the class across copies of the package and across realms, unlike `instanceof`. */
export function isRunnerError(error: unknown): error is RunnerError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
