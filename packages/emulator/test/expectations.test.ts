import { AssertionError } from 'node:assert';

import { describe, expect, test } from 'vitest';
import { startEmulator, type EmulatedJob, type Emulator } from '../src/index.ts';
import {
  assertArtifact,
  assertCanceled,
  assertFailedWith,
  assertSucceeded,
  assertTrace,
  jobMatchers,
} from '../src/testing.ts';
import { takeJob } from './support/wire.ts';

/** A job that a runner has done, badly. */
async function aFailedJob(gitlab: Emulator): Promise<EmulatedJob> {
  const job = gitlab.job({ name: 'make', script: 'make' });
  const taken = await takeJob(gitlab);
  await taken.patch(0, 'cc main.c\nmain.c:1: error\n');
  await taken.update({ state: 'failed', failure_reason: 'script_failure', exit_code: 2 });
  return job.finished();
}

describe('an assertion', () => {
  test('is silent where it holds', async () => {
    await using gitlab = await startEmulator();
    const failed = await aFailedJob(gitlab);
    const canceled = gitlab.job();
    canceled.cancel();
    expect(() => {
      assertFailedWith(failed, 'script_failure', 2);
      assertTrace(failed, /error$/m);
      assertCanceled(canceled);
    }).not.toThrow();
  });

  test('throws what any test runner understands, with the end of the log', async () => {
    await using gitlab = await startEmulator();
    const failed = await aFailedJob(gitlab);
    const log = '\n\nIts log:\n  cc main.c\n  main.c:1: error';
    const wrong: readonly (readonly [check: () => void, message: string])[] = [
      [() => assertSucceeded(failed), 'to have succeeded, but it failed with script_failure'],
      [() => assertCanceled(failed), 'to have been canceled, but it failed with script_failure'],
      [
        () => assertFailedWith(failed, 'script_failure', 3),
        'with script_failure (exit code 3), but',
      ],
      [() => assertTrace(failed, 'warning'), 'to have "warning" in its log, but it has not'],
      [() => assertArtifact(failed), 'to have an artifact archive, but it has none'],
    ];
    for (const [check, message] of wrong) {
      expect(check).toThrow(AssertionError);
      expect(check).toThrow(message);
      expect(check).toThrow(log);
    }
  });
});

describe('a matcher', () => {
  test('gives what expect.extend of Vitest and of Jest takes: a verdict, and a message when asked', async () => {
    await using gitlab = await startEmulator();
    const failed = await aFailedJob(gitlab);
    expect(jobMatchers.toHaveFailedWith(failed, 'script_failure', 2)).toEqual({
      pass: true,
      message: expect.any(Function),
    });
    const { pass, message } = jobMatchers.toHaveSucceeded(failed);
    expect([pass, message()]).toEqual([false, expect.stringContaining('to have succeeded')]);
  });
});

describe('a job that has not ended in time', () => {
  test('says that no runner has asked for it', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job({ name: 'make' });
    await expect(job.finished({ timeoutMs: 20 })).rejects.toThrow(
      /^Job \d+ "make" has not ended in 20 ms: it is pending: no runner has asked for it yet\.\n\nIts log is empty\.$/,
    );
  });

  test('shows how far its log has come', async () => {
    await using gitlab = await startEmulator();
    const job = gitlab.job({ name: 'make' });
    const taken = await takeJob(gitlab);
    await taken.patch(0, 'cc main.c\n');
    await expect(job.finished({ timeoutMs: 20 })).rejects.toThrow(
      'it is running.\n\nIts log:\n  cc main.c',
    );
  });
});
