import type { EmulatedJob } from '@fellrunner/emulator';

import type { RunnerProcess } from './runner-process.ts';

/**
 * Resolves when all jobs have succeeded.
 *
 * @throws an Error with the first that did not: what failed fast must not count as speed.
 */
export async function allDone(runner: RunnerProcess, jobs: readonly EmulatedJob[]): Promise<void> {
  await runner.whileItRuns(Promise.all(jobs.map((job) => job.finished())));
  const failed = jobs.find(({ status }) => status !== 'success');
  if (failed === undefined) return;
  const { failureReason, id, status, trace } = failed;
  throw new Error(`Job ${id} is ${status} (${failureReason}): ${trace.slice(-500)}`);
}

/** Resolves when all jobs run, and have said something. */
export async function allRunning(
  runner: RunnerProcess,
  jobs: readonly EmulatedJob[],
): Promise<void> {
  const speaks = (job: EmulatedJob): boolean => job.traceBytes.length > 0;
  await runner.whileItRuns(Promise.all(jobs.map((job) => job.until(speaks))));
}
