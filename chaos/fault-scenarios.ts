import type { EmulatedJob, Emulator } from '@fellrunner/emulator';

import type { RunnerProcess } from './runner-process.ts';

/** A job of a certain kind, and what happens to it from outside. */
export interface FaultScenario {
  readonly runner: 'shell' | 'handler';
  readonly args?: readonly string[];
  /** Whether the server hands out again what its runner did not take up. */
  readonly twoPhase?: boolean;
  queue(gitlab: Emulator): EmulatedJob;
  /** Goes on beside the runner, again after each of its starts, until the job has ended. */
  disturb?(gitlab: Emulator, job: EmulatedJob, runner: RunnerProcess): Promise<void>;
}

const report = [
  { paths: ['report.txt'] },
  { paths: ['nothing'], artifact_type: 'junit', artifact_format: 'gzip' },
] as const;
const empty = { GIT_STRATEGY: 'empty' };
const waits = { WAITS: 'yes' };

const begun = (job: EmulatedJob): Promise<unknown> =>
  job.until(({ trace }) => trace.includes('first: one'));

const timePasses: FaultScenario['disturb'] = async (gitlab, job, runner) => {
  await runner.ended();
  // What nobody took up is handed out again after a while.
  if (job.status === 'pending') gitlab.advanceClock(180);
};

/** Between them they lead through every event that a job can have. */
export const faultScenarios: Readonly<Record<string, FaultScenario>> = {
  handler: {
    runner: 'handler',
    queue: (gitlab) => gitlab.job({ script: ['x'], after_script: ['y'], artifacts: [...report] }),
  },
  shell: {
    runner: 'shell',
    queue: (gitlab) =>
      gitlab.job({
        script: [
          'for i in 1 2 3 4 5; do echo "line $i"; sleep 0.1; done; echo report > report.txt',
        ],
        after_script: ['echo after'],
        variables: empty,
        artifacts: [...report],
      }),
  },
  'handed out again': {
    runner: 'handler',
    twoPhase: true,
    queue: (gitlab) => gitlab.job({ script: ['x'] }),
    disturb: timePasses,
  },
  'handed out again to the shell': {
    runner: 'shell',
    twoPhase: true,
    queue: (gitlab) => gitlab.job({ script: ['echo x'], variables: empty }),
    disturb: timePasses,
  },
  'canceled by a user': {
    runner: 'handler',
    queue: (gitlab) => gitlab.job({ script: ['x'], after_script: ['y'], variables: waits }),
    disturb: async (_gitlab, job) => {
      await begun(job);
      job.cancel();
    },
  },
  'taken away': {
    runner: 'handler',
    queue: (gitlab) => gitlab.job({ script: ['x'], variables: waits }),
    disturb: async (_gitlab, job) => {
      await begun(job);
      job.cancel();
      job.cancel({ force: true });
    },
  },
  'out of time': {
    runner: 'handler',
    queue: (gitlab) => gitlab.job({ script: ['x'], variables: waits, timeout: 6 }),
  },
  'an artifact that is refused': {
    runner: 'handler',
    queue: (gitlab) => {
      gitlab.settings({ max_artifact_bytes: 1 });
      return gitlab.job({ script: ['x'], artifacts: [...report] });
    },
  },
  'a report that must wait': {
    runner: 'handler',
    queue: (gitlab) => {
      gitlab.faults.add({ method: 'PUT', status: 500, times: 2 });
      return gitlab.job({ script: ['x'] });
    },
  },
  'a runner that is told to end its jobs': {
    runner: 'handler',
    args: ['--on-stop', 'abort'],
    queue: (gitlab) => gitlab.job({ script: ['x'], variables: waits }),
    disturb: async (_gitlab, job, runner) => {
      await begun(job);
      await runner.up();
      runner.signal('SIGTERM');
    },
  },
};

const FIRST_COMMIT = ['before-append/job.received', 'before-append/step.starting'];
/** The shell's first commit has its first stage in it. */
const FIRST_OF_SHELL = 'before-append/stage.started';

/** The scenario that reaches a point, by the point's name. */
export function scenarioFor(point: string): string {
  // The first commit of a job: without it nobody here knows that there was one.
  if (FIRST_COMMIT.includes(point)) return 'handed out again';
  if (point === FIRST_OF_SHELL) return 'handed out again to the shell';
  const type = point.split('/')[1] ?? point;
  const special: Record<string, string> = {
    'stage.started': 'shell',
    'stage.finished': 'shell',
    'step.started': 'shell',
    'before-spawn': 'shell',
    'after-spawn': 'shell',
    'after-step-ended': 'shell',
    'job.cancel-requested': 'canceled by a user',
    'job.abandoned': 'taken away',
    'job.timed-out': 'out of time',
    'job.interrupted': 'a runner that is told to end its jobs',
    'artifact.failed': 'an artifact that is refused',
    'report.deferred': 'a report that must wait',
  };
  return special[type] ?? 'handler';
}
