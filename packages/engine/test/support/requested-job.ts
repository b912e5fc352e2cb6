import type { EmulatedJob, Emulator } from '@fellrunner/emulator';
import { expect, onTestFinished } from 'vitest';

import { RunnerSession, type JobSession, type RunnerSessionOptions } from '../../src/index.ts';

/** A runner by hand for an emulator; it ends with the test. */
export function aRunner(
  gitlab: Emulator,
  wishes: Partial<RunnerSessionOptions> = {},
): RunnerSession {
  const runner = new RunnerSession({ url: gitlab.url, token: gitlab.runnerToken, ...wishes });
  onTestFinished(() => runner[Symbol.asyncDispose]());
  return runner;
}

/** A job that a runner got by hand, and the same job seen from GitLab's side. */
export async function aRequestedJob(
  gitlab: Emulator,
  spec: Parameters<Emulator['job']>[0] = {},
  wishes: Partial<RunnerSessionOptions> = {},
): Promise<{ session: JobSession; job: EmulatedJob }> {
  const job = gitlab.job(spec);
  const session = await aRunner(gitlab, wishes).requestJob();
  expect(session?.id).toBe(job.id);
  onTestFinished(() => session?.[Symbol.asyncDispose]());
  return { session: session as JobSession, job };
}
