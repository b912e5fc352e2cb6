import type { Emulator } from '@fellrunner/emulator';

import type { ChaosJob } from './chaos-jobs.ts';

/** What jobs that wait for one another wait for, and where each notes that it has begun. */
export interface Gates {
  /** A file that handlers wait for. */
  readonly file: string;
  /** A named pipe that shells wait at: a process that is blocked there costs nothing. */
  readonly pipe: string;
  readonly diary: string;
}

/** All of it in one command, so that its output is in one piece. */
const SCRIPT = [
  'echo "job $CI_JOB_ID begins"',
  'echo "$CI_JOB_ID" >> "$DIARY"',
  'echo "job $CI_JOB_ID waits"',
  'read -r _ < "$GATE" || true',
  'echo "job $CI_JOB_ID ends"',
].join('; ');

/** Shell jobs that say three lines, the last of them when the pipe is opened. */
export function queueWaitingShells(
  gitlab: Emulator,
  count: number,
  { pipe, diary }: Pick<Gates, 'pipe' | 'diary'>,
): ChaosJob[] {
  if (count === 0) return [];
  const variables = { GIT_STRATEGY: 'empty', GATE: pipe, DIARY: diary };
  const jobs = gitlab.jobs({ name: 'shell', tags: ['shell'], script: [SCRIPT], variables, count });
  return jobs.map((job) => ({ kind: 'shell', job, expectedOutput: linesOf(job.id) }));
}

/** The same of `waiting-handler.ts`, which may be called again. */
export function queueWaitingHandlers(gitlab: Emulator, count: number, gates: Gates): ChaosJob[] {
  if (count === 0) return [];
  const variables = { GATE: gates.file, DIARY: gates.diary };
  const jobs = gitlab.jobs({ name: 'handler', tags: ['handler'], script: ['x'], variables, count });
  return jobs.map((job) => ({ kind: 'handler', job, expectedOutput: linesOf(job.id) }));
}

/** Whether GitLab knows that a job waits. */
export function isWaiting({ job }: ChaosJob): boolean {
  return job.trace.includes(`job ${job.id} waits`);
}

function linesOf(id: number): string {
  return `job ${id} begins\njob ${id} waits\njob ${id} ends\n`;
}
