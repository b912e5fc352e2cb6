import type { RunnerErrorCode } from '@fellrunner/core';

/** What scripts can tell apart; the numbers are a promise. */
export const ExitCode = {
  done: 0,
  /** A check failed, or nothing was found. */
  failed: 1,
  wrongUsage: 2,
  /** The configuration or the handler cannot be used. */
  unusable: 3,
  /** GitLab refused the runner. */
  refused: 4,
  unreachable: 5,
  store: 6,
  /** A second SIGINT, as shells count it: 128 and the signal's number. */
  interrupted: 130,
  /** A second SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Thrown where an option or argument cannot be what was meant; the message says how to write it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The exit code for an operational error, by its code. */
export function exitCodeFor(code: RunnerErrorCode): ExitCode {
  switch (code) {
    case 'CONFIG_INVALID':
    case 'HANDLER_UNUSABLE':
      return ExitCode.unusable;
    case 'GITLAB_UNAUTHORIZED':
      return ExitCode.refused;
    case 'GITLAB_UNREACHABLE':
      return ExitCode.unreachable;
    case 'STORE_IN_USE':
    case 'STORE_NEWER':
    case 'STORE_DAMAGED':
    case 'STORE_UNWRITABLE':
    case 'STORE_FULL':
    case 'EVENT_LOG_CONFLICT':
    case 'EVENT_LOG_CORRUPT':
      return ExitCode.store;
    case 'GITLAB_UNEXPECTED':
    case 'PAYLOAD_INVALID':
      return ExitCode.failed;
  }
}
