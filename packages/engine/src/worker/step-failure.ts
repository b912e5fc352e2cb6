import { messageOf, type JobFailure } from '@fellrunner/core';

/** What was thrown out of a handler's or executor's code, as data. */
export function toFailure(error: unknown, subject: string): JobFailure {
  if (hasFailure(error)) return error.failure;
  if (isOutOfSpace(error)) {
    return { reason: 'runner-failed', message: `the runner's disk is full (${messageOf(error)})` };
  }
  const exitCode =
    typeof error === 'object' && error !== null && 'exitCode' in error ? error.exitCode : undefined;
  return {
    reason: 'step-failed',
    step: subject,
    message: firstLine(messageOf(error)),
    ...(typeof exitCode === 'number' ? { exitCode } : {}),
  };
}

function hasFailure(error: unknown): error is { failure: JobFailure } {
  return (
    error instanceof Error &&
    'failure' in error &&
    typeof error.failure === 'object' &&
    error.failure !== null &&
    'reason' in error.failure
  );
}

/** Whether a write found no room on its disk. */
export function isOutOfSpace(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOSPC' || error.code === 'EDQUOT')
  );
}

function firstLine(text: string): string {
  return text.split('\n')[0] || 'it failed without a message';
}
