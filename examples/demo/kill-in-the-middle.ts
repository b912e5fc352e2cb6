import { setTimeout as wait } from 'node:timers/promises';

import type { EmulatedJob } from '@fellrunner/emulator';

import { numberedLines } from './numbered-lines.ts';
import type { RunnerProcess } from './runner-process.ts';
import type { Story } from './story.ts';

/** For how long a job has no runner. */
const ABSENCE_MS = 2000;

/** When a runner was killed and when its successor was started, as the wall clock has it. */
export interface Absence {
  readonly from: Date;
  readonly to: Date;
}

interface Killing {
  readonly story: Story;
  readonly runner: RunnerProcess;
  readonly job: EmulatedJob;
  /** How many of the job's numbered lines the server has when it happens. */
  readonly afterLines: number;
  readonly signal: AbortSignal;
}

/** Ends a runner with SIGKILL amid a job's log, and starts it again some time later. */
export async function killInTheMiddle(killing: Killing): Promise<Absence> {
  const { story, runner, job, afterLines, signal } = killing;
  await job.until((it) => hasEnded(it) || numberedLines(it.trace).length >= afterLines, { signal });
  if (hasEnded(job))
    throw new Error(`${job.name} was ${job.status} before a runner could be killed.`);
  await runner.stop('SIGKILL');
  const from = new Date();
  const lines = numberedLines(job.trace).length;
  story.tell(
    'kill -9',
    `the ${runner.name} runner, with ${lines} lines of ${job.name} at GitLab`,
    'red',
  );
  await wait(ABSENCE_MS, undefined, { signal });
  const to = new Date();
  story.tell('start again', `the ${runner.name} runner, as process ${runner.start()}`, 'green');
  return { from, to };
}

function hasEnded({ status }: EmulatedJob): boolean {
  return !['created', 'pending', 'running'].includes(status);
}
