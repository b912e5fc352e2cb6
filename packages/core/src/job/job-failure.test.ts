import { describe, expect, test } from 'vitest';

import {
  describeFailure,
  exitCodeOf,
  JobFailed,
  toFailureReason,
  type JobFailure,
} from './job-failure.ts';

/** Every failure, GitLab's word for it, and the line that people read. */
const failures: readonly [JobFailure, string, string][] = [
  [{ reason: 'step-exited', step: 'script', exitCode: 3 }, 'script_failure', 'exit status 3'],
  [{ reason: 'step-failed', step: 'script', message: 'no device' }, 'script_failure', 'no device'],
  [
    {
      reason: 'step-failed',
      step: 'script',
      message: 'no device',
      exitCode: 7,
      failureReason: 'runner_external_dependency_failure',
    },
    'runner_external_dependency_failure',
    'no device (exit status 7)',
  ],
  [
    { reason: 'stage-failed', stage: 'get_sources', message: 'no route' },
    'runner_system_failure',
    'get_sources: no route',
  ],
  [
    { reason: 'dependency-missing', message: 'build has no artifacts' },
    'missing_dependency_failure',
    'build has no artifacts',
  ],
  [
    { reason: 'job-timed-out', limitMs: 3600_000 },
    'job_execution_timeout',
    'execution took longer than 1h0m0s',
  ],
  [
    { reason: 'step-timed-out', step: 'script', limitMs: 90_000 },
    'job_execution_timeout',
    'script took longer than 1m30s',
  ],
  [
    { reason: 'worker-crashed', how: 'out-of-memory', message: '64 MiB' },
    'runner_system_failure',
    '(system failure) the handler ran out of memory: 64 MiB',
  ],
  [
    { reason: 'neighbor-crashed', neighbor: 'gitlab.example/41', message: 'it exited' },
    'runner_system_failure',
    '(system failure) job gitlab.example/41, in the same thread, ended it: it exited',
  ],
  [
    { reason: 'process-lost', step: 'script', message: 'the machine was restarted' },
    'runner_system_failure',
    '(system failure) the process of script ended without an exit code: the machine was restarted',
  ],
  [
    { reason: 'output-too-large', limitBytes: 1024 },
    'script_failure',
    'the output of a step is larger than the 1024 bytes that the runner keeps',
  ],
  [
    { reason: 'artifact-upload-failed', entry: 0, message: 'the archive is too large' },
    'runner_system_failure',
    'the archive is too large',
  ],
  [
    { reason: 'not-resumable', step: 'script' },
    'runner_system_failure',
    '(system failure) the runner was ended while script ran, and the handler is not resumable',
  ],
  [
    { reason: 'once-not-replayed', keys: ['submit', 'wait'] },
    'runner_system_failure',
    '(system failure) once-not-replayed: the handler did not ask again for submit, wait; its code has changed since',
  ],
  [
    { reason: 'handler-unusable', message: 'handler.ts has no default export' },
    'runner_system_failure',
    'handler.ts has no default export',
  ],
  [
    { reason: 'payload-unreadable', message: 'token: Required' },
    'runner_system_failure',
    '(system failure) the runner cannot read what GitLab sent: token: Required',
  ],
  [{ reason: 'runner-shutdown' }, 'runner_interrupted', 'aborted: the runner was stopped'],
  [
    { reason: 'runner-failed', message: 'the spool is damaged' },
    'runner_system_failure',
    'the spool is damaged',
  ],
];

test.each(failures)('GitLab and people are told of %o', (failure, word, line) => {
  expect(toFailureReason(failure)).toBe(word);
  expect(describeFailure(failure)).toBe(line);
  expect(new JobFailed(failure).message).toBe(line);
});

test('the table above has every reason', () => {
  const reasons: Record<JobFailure['reason'], true> = {
    'step-exited': true,
    'step-failed': true,
    'stage-failed': true,
    'dependency-missing': true,
    'job-timed-out': true,
    'step-timed-out': true,
    'worker-crashed': true,
    'neighbor-crashed': true,
    'process-lost': true,
    'output-too-large': true,
    'artifact-upload-failed': true,
    'not-resumable': true,
    'once-not-replayed': true,
    'handler-unusable': true,
    'payload-unreadable': true,
    'runner-shutdown': true,
    'runner-failed': true,
  };
  const told = new Set(failures.map(([failure]) => failure.reason));
  expect([...told].toSorted()).toEqual(Object.keys(reasons).toSorted());
});

test('an exit code is reported where a step had one, and nowhere else', () => {
  const codes = failures
    .map(([failure]) => exitCodeOf(failure))
    .filter((code) => code !== undefined);
  expect(codes).toEqual([3, 7]);
});

describe('a limit', () => {
  test.each([
    [0, '0s'],
    [1, '1s'],
    [999, '1s'],
    [60_000, '1m0s'],
    [3_599_001, '1h0m0s'],
    [3_661_000, '1h1m1s'],
    [360_000_000, '100h0m0s'],
  ])('of %i ms is printed as Go prints it: %s', (limitMs, printed) => {
    expect(describeFailure({ reason: 'job-timed-out', limitMs })).toBe(
      `execution took longer than ${printed}`,
    );
  });
});
