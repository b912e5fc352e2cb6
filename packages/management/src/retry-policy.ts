import { invalidArgument } from './management-error.ts';

/** When a call is sent once more. */
export interface RetryOptions {
  /** How often at most, beside the first time; 10 unless given, `Infinity` for ever. */
  readonly max?: number;
  /** Whether a 429 is waited out, as long as its headers say; on unless switched off. */
  readonly rateLimited?: boolean;
  /**
   * Whether server errors (500, 502 to 504, 520 to 530), lost connections and locked resources are
   * tried again; off unless switched on. A `POST` is not: it may have been done.
   */
  readonly transient?: boolean;
  /** The first wait where the server names none; doubled each time. 100 unless given. */
  readonly baseDelayMs?: number;
}

export type RetryPolicy = Readonly<Required<RetryOptions>>;

const DEFAULTS: RetryPolicy = { max: 10, rateLimited: true, transient: false, baseDelayMs: 100 };

/** @throws ManagementError `CONFIG_INVALID` */
export function resolveRetries(options: RetryOptions | undefined): RetryPolicy {
  const policy = { ...DEFAULTS, ...options };
  if (!(policy.max >= 0) || !(policy.baseDelayMs >= 0)) {
    throw invalidArgument('`retries.max` and `retries.baseDelayMs` are numbers from 0 on.');
  }
  return policy;
}
