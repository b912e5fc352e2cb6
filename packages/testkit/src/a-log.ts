import type {
  JobEvent,
  JobFailure,
  JobOutcome,
  JobReceived,
  ReceivedExecutor,
  ReceivedJob,
  ReceivedStep,
} from '@fellrunner/core';

/** When the logs of {@link aLog} begin; each later event comes a second after the one before. */
export const RECEIVED_AT = Date.UTC(2026, 0, 1, 12);

type Untimed<Event> = Event extends JobEvent ? Omit<Event, 'at'> : never;

/** An event that has no time yet. */
export type Fact = Untimed<Exclude<JobEvent, JobReceived>>;

/** What a job is like; its executor's fields may be given one by one. */
export type ReceivedWishes = Partial<Omit<ReceivedJob, 'executor'>> & {
  readonly executor?: Partial<ReceivedExecutor>;
};

/** The first event of a job with a script of one step, done by a handler that can be resumed. */
export function received({ executor, ...job }: ReceivedWishes = {}): JobReceived {
  return {
    type: 'job.received',
    at: RECEIVED_AT,
    data: {
      gitlabId: 42,
      url: 'https://gitlab.example',
      runner: 'fell',
      name: 'test',
      stage: 'test',
      project: 'lakes/hills',
      timeoutMs: 3600_000,
      slot: 0,
      steps: [script],
      artifacts: [],
      ...job,
      executor: { ...handler, ...executor },
    },
  };
}

const handler: ReceivedExecutor = {
  module: 'file:///srv/handler.ts',
  name: 'handler',
  isolation: 'thread',
  resumable: true,
  cleans: false,
  preparation: [],
  conclusion: [],
};

export const script: ReceivedStep = { name: 'script', when: 'on_success', allowFailure: false };

export const afterScript: ReceivedStep = {
  name: 'after_script',
  when: 'always',
  allowFailure: true,
};

/** A job's log: its first event as wished, then the facts, a second apart. */
export function aLog(
  wishes: ReceivedWishes,
  ...facts: readonly Fact[]
): [JobReceived, ...JobEvent[]] {
  return [received(wishes), ...stamped(facts)];
}

/** Gives facts their times, as if `before` events had come before them. */
export function stamped(facts: readonly Fact[], before = 1): JobEvent[] {
  return facts.map((fact, index) => ({ ...fact, at: RECEIVED_AT + (before + index) * 1000 }));
}

/** Facts as people tell them. Offsets and sizes are small and made up. */
export const fact = {
  stageBegan: (stage: string): Fact => ({ type: 'stage.started', data: { stage } }),
  stageEnded: (stage: string, failure?: JobFailure): Fact => ({
    type: 'stage.finished',
    data: { stage, spoolSize: 10, ...(failure && { failure }) },
  }),
  stepBegins: (step: number): Fact => ({
    type: 'step.starting',
    data: { step, spoolOffset: 10, maskerVersion: 1 },
  }),
  stepClaimed: (step: number, pid = 4711): Fact => ({ type: 'step.started', data: { step, pid } }),
  once: (step: number, key: string, spoolOffset = 10): Fact => ({
    type: 'once.committed',
    data: { step, key, spoolOffset },
  }),
  stepEnded: (step: number, failure?: JobFailure): Fact => ({
    type: 'step.finished',
    data: { step, spoolSize: 20, ...(failure && { failure }) },
  }),
  resumed: (): Fact => ({ type: 'job.resumed', data: { runnerVersion: '1.0.0' } }),
  cancelRequested: (): Fact => ({ type: 'job.cancel-requested', data: {} }),
  timedOut: (scope: 'job' | 'step' | 'grace', limitMs = 3600_000): Fact => ({
    type: 'job.timed-out',
    data: { scope, limitMs },
  }),
  interrupted: (): Fact => ({ type: 'job.interrupted', data: {} }),
  abandoned: (httpStatus = 403, jobStatus?: string): Fact => ({
    type: 'job.abandoned',
    data: { httpStatus, ...(jobStatus !== undefined && { jobStatus }) },
  }),
  uploaded: (entry: number, bytes = 1000): Fact => ({
    type: 'artifact.uploaded',
    data: { entry, bytes, spoolSize: 20 },
  }),
  skipped: (entry: number): Fact => ({
    type: 'artifact.skipped',
    data: { entry, spoolSize: 20 },
  }),
  uploadFailed: (entry: number): Fact => ({
    type: 'artifact.failed',
    data: {
      entry,
      spoolSize: 20,
      failure: { reason: 'artifact-upload-failed', entry, message: 'too large' },
    },
  }),
  cleaned: (error?: string): Fact => ({
    type: 'cleanup.finished',
    data: { spoolSize: 20, ...(error !== undefined && { error }) },
  }),
  finished: (outcome: JobOutcome): Fact => ({
    type: 'job.finished',
    data: { outcome, spoolSize: 30 },
  }),
  deferred: (why: string): Fact => ({ type: 'report.deferred', data: { why } }),
  closed: (httpStatus = 200): Fact => ({
    type: 'job.closed',
    data: { httpStatus, traceBytes: 30, traceChecksum: 'crc32:0badcafe' },
  }),
};
