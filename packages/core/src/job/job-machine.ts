import { assign, setup } from 'xstate';

import {
  createJobContext,
  GRACE_AFTER_TIMEOUT_MS,
  isAfterScript,
  isCutShort,
  isStronger,
  nextConclusion,
  nextPreparation,
  nextStep,
  nextUpload,
  outcomeOf,
  type Ending,
  type JobContext,
} from './job-context.ts';
import type { JobEvent, JobReceived } from './job-event.ts';

type EventOf<Type extends JobEvent['type']> = Extract<JobEvent, { type: Type }>;

/**
 * The life of a job. Its input tape is the job's event log: the first event is the machine's
 * input, each later one a transition. It is pure: time comes with the events, and what is to be
 * done in a state is {@link nextAction}'s business.
 */
export const jobMachine = setup({
  types: {
    context: {} as JobContext,
    events: {} as Exclude<JobEvent, JobReceived>,
    input: {} as JobReceived,
  },
  guards: {
    isStage: ({ context }) => context.work?.kind === 'stage',
    isPrepared: ({ context }) =>
      context.work === undefined && nextPreparation(context) === undefined,
    nothingLeftToRun: ({ context }) =>
      context.work === undefined && nextStep(context) === undefined,
    isCutShort: ({ context }) => context.work === undefined && isCutShort(context),
    isConcluded: ({ context }) =>
      context.work === undefined && nextConclusion(context) === undefined,
    isDelivered: ({ context }) => nextUpload(context) === undefined,
    beginsAfterScript: ({ context, event }) =>
      event.type === 'step.starting' && isAfterScript(context.job.steps[event.data.step]),
    isIdle: ({ context }) => context.work === undefined,
    runsAfterScript: ({ context }) =>
      context.work?.kind === 'step' && isAfterScript(context.job.steps[context.work.step]),
    /** The limit of `after_script` itself, or the last one that there is. */
    isOwnLimit: ({ event }) => event.type === 'job.timed-out' && event.data.scope !== 'job',
    isGraceOver: ({ event }) => event.type === 'job.timed-out' && event.data.scope === 'grace',
    /** An ending that says no more than what is known is dropped, so that no log fills with it. */
    isNews: ({ context, event }) => {
      const ending = endingOf(context, event);
      return ending !== undefined && isStronger(ending, context.ending);
    },
  },
  actions: {
    beginStage: assign(({ event }) =>
      event.type === 'stage.started'
        ? {
            work: { kind: 'stage', stage: event.data.stage } as const,
            anyWorkBegun: true,
            lastEventAt: event.at,
          }
        : {},
    ),
    beginStep: assign(({ context, event }) =>
      event.type === 'step.starting' ? begun(context, event) : {},
    ),
    notePid: assign(({ context, event }) =>
      event.type === 'step.started' && context.work?.kind === 'step'
        ? { work: { ...context.work, pid: event.data.pid }, lastEventAt: event.at }
        : {},
    ),
    endPreparation: assign(({ context, event }) =>
      event.type === 'stage.finished'
        ? { ...ended(context, event), preparationDone: context.preparationDone + 1 }
        : {},
    ),
    endConclusion: assign(({ context, event }) =>
      event.type === 'stage.finished'
        ? { ...ended(context, event), conclusionDone: context.conclusionDone + 1 }
        : {},
    ),
    endStep: assign(({ context, event }) =>
      event.type === 'step.finished' ? stepEnded(context, event) : {},
    ),
    countOnce: assign(({ context, event }) =>
      event.type === 'once.committed' ? { onces: context.onces + 1, lastEventAt: event.at } : {},
    ),
    resume: assign(({ context, event }) =>
      event.type === 'job.resumed' ? resumed(context, event) : {},
    ),
    noteEnding: assign(({ context, event }) => noteEnding(context, event)),
    noteUpload: assign(({ context, event }) => noteUpload(context, event)),
    noteCleanup: assign(({ event }) =>
      event.type === 'cleanup.finished'
        ? { cleaned: true, spoolSize: event.data.spoolSize, lastEventAt: event.at }
        : {},
    ),
    finish: assign(({ event }) =>
      event.type === 'job.finished'
        ? { outcome: event.data.outcome, spoolSize: event.data.spoolSize, lastEventAt: event.at }
        : {},
    ),
    revise: assign(({ context, event }) => {
      const ending = noteEnding(context, event);
      return { ...ending, outcome: outcomeOf({ ...context, ...ending }) };
    }),
    noteDeferral: assign(({ event }) =>
      event.type === 'report.deferred' ? { deferredBy: event.data.why, lastEventAt: event.at } : {},
    ),
    close: assign(({ event }) => ({ lastEventAt: event.at })),
  },
}).createMachine({
  id: 'job',
  context: ({ input }) => createJobContext(input),
  initial: 'requested',
  on: { 'job.resumed': { actions: 'resume' } },
  states: {
    /** Entered when GitLab has handed the job out; left when its first work begins, or it ends before. */
    requested: {
      on: {
        'stage.started': { target: 'running.preparing', actions: 'beginStage' },
        'step.starting': { target: 'running.script', actions: 'beginStep' },
        'job.cancel-requested': { guard: 'isNews', actions: 'noteEnding' },
        'job.timed-out': { guard: 'isNews', actions: 'noteEnding' },
        'job.interrupted': { guard: 'isNews', actions: 'noteEnding' },
        'job.abandoned': { guard: 'isNews', actions: 'noteEnding' },
      },
      always: [
        { guard: 'isCutShort', target: 'uploading.cleaning' },
        { guard: 'nothingLeftToRun', target: 'uploading' },
      ],
    },
    running: {
      initial: 'preparing',
      states: {
        /** Entered when the executor's first stage begins; left when sources, cache and the like are there, or are not to be had. */
        preparing: {
          on: {
            'stage.started': { guard: 'isIdle', actions: 'beginStage' },
            'stage.finished': { guard: 'isStage', actions: 'endPreparation' },
            'step.starting': { guard: 'isPrepared', target: 'script', actions: 'beginStep' },
            'job.cancel-requested': { guard: 'isNews', target: 'canceling', actions: 'noteEnding' },
            'job.timed-out': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
            'job.interrupted': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
            'job.abandoned': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
          },
          always: { guard: 'nothingLeftToRun', target: '#job.uploading' },
        },
        /** Entered when the first step begins; left when the last one before `after_script` has ended, or something ends it. */
        script: {
          on: {
            'step.starting': [
              { guard: 'beginsAfterScript', target: 'afterScript', actions: 'beginStep' },
              { guard: 'isIdle', actions: 'beginStep' },
            ],
            'step.started': { actions: 'notePid' },
            'once.committed': { actions: 'countOnce' },
            'step.finished': { actions: 'endStep' },
            'job.cancel-requested': { guard: 'isNews', target: 'canceling', actions: 'noteEnding' },
            'job.timed-out': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
            'job.interrupted': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
            'job.abandoned': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
          },
          always: [
            { guard: 'runsAfterScript', target: 'afterScript' },
            { guard: 'nothingLeftToRun', target: '#job.uploading' },
          ],
        },
        /** Entered when `after_script` begins; left when it has ended. A cancel or a timeout lets it go on. */
        afterScript: {
          on: {
            'step.started': { actions: 'notePid' },
            'once.committed': { actions: 'countOnce' },
            'step.finished': { target: 'script', actions: 'endStep' },
            'job.cancel-requested': { guard: 'isNews', actions: 'noteEnding' },
            'job.timed-out': [
              { guard: 'isOwnLimit', target: 'ending', actions: 'noteEnding' },
              { guard: 'isNews', actions: 'noteEnding' },
            ],
            'job.interrupted': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
            'job.abandoned': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
          },
          always: { guard: 'isIdle', target: 'script' },
        },
        /** Entered when GitLab says `canceling`; left when what runs has ended. */
        canceling: {
          on: {
            'step.started': { actions: 'notePid' },
            'once.committed': { actions: 'countOnce' },
            'step.finished': { target: 'script', actions: 'endStep' },
            'stage.finished': { target: 'preparing', actions: 'endPreparation' },
            'job.timed-out': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
            'job.interrupted': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
            'job.abandoned': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
          },
          always: { guard: 'isIdle', target: 'script' },
        },
        /** Entered when a limit, a stop of the runner or GitLab's refusal ends the work; left when it has ended. */
        ending: {
          on: {
            'step.started': { actions: 'notePid' },
            'once.committed': { actions: 'countOnce' },
            'step.finished': { target: 'script', actions: 'endStep' },
            'stage.finished': { target: 'preparing', actions: 'endPreparation' },
            'job.cancel-requested': { guard: 'isNews', actions: 'noteEnding' },
            'job.timed-out': { guard: 'isNews', actions: 'noteEnding' },
            'job.interrupted': { guard: 'isNews', actions: 'noteEnding' },
            'job.abandoned': { guard: 'isNews', actions: 'noteEnding' },
          },
          always: { guard: 'isIdle', target: 'script' },
        },
      },
    },
    uploading: {
      initial: 'concluding',
      on: {
        'job.cancel-requested': { guard: 'isNews', actions: 'noteEnding' },
        'job.timed-out': { guard: 'isGraceOver', actions: 'noteEnding' },
        'job.interrupted': { guard: 'isNews', actions: 'noteEnding' },
        'job.abandoned': { guard: 'isNews', actions: 'noteEnding' },
      },
      states: {
        /** Entered when no step is left; left when the executor's closing stages (the cache) are done. */
        concluding: {
          on: {
            'stage.started': { guard: 'isIdle', actions: 'beginStage' },
            'stage.finished': { guard: 'isStage', actions: 'endConclusion' },
          },
          always: { guard: 'isConcluded', target: 'artifacts' },
        },
        /** Entered when the files are as the job left them; left when GitLab has each artifact that is due. */
        artifacts: {
          on: {
            'artifact.uploaded': { actions: 'noteUpload' },
            'artifact.skipped': { actions: 'noteUpload' },
            'artifact.failed': { actions: 'noteUpload' },
          },
          always: { guard: 'isDelivered', target: 'cleaning' },
        },
        /** Entered when nothing is left to deliver; left when the outcome stands. */
        cleaning: {
          on: {
            'cleanup.finished': { actions: 'noteCleanup' },
            'job.finished': { target: '#job.finished', actions: 'finish' },
          },
        },
      },
    },
    finished: {
      initial: 'reporting',
      states: {
        /** Entered when the outcome stands; left when GitLab has the whole log and the result, or does not want them. */
        reporting: {
          on: {
            'report.deferred': { actions: 'noteDeferral' },
            'job.abandoned': { guard: 'isNews', actions: 'revise' },
            'job.closed': { target: 'closed', actions: 'close' },
          },
        },
        /** Entered when nothing is left to do; never left. */
        closed: { type: 'final' },
      },
    },
  },
});

function begun(context: JobContext, event: EventOf<'step.starting'>): Partial<JobContext> {
  const { step, spoolOffset, maskerVersion } = event.data;
  const timeoutMs = context.job.steps[step]?.timeoutMs;
  const deadlineAt = timeoutMs === undefined ? undefined : event.at + timeoutMs;
  return {
    work: {
      kind: 'step',
      step,
      startingAt: event.at,
      spoolOffset,
      maskerVersion,
      deadlineAt,
      pid: undefined,
    },
    nextStep: step + 1,
    anyStepBegun: true,
    anyWorkBegun: true,
    spoolSize: spoolOffset,
    lastEventAt: event.at,
  };
}

function ended(
  context: JobContext,
  event: EventOf<'stage.finished'> | EventOf<'step.finished'>,
): Partial<JobContext> {
  return {
    work: undefined,
    failure: context.failure ?? event.data.failure,
    spoolSize: event.data.spoolSize,
    lastEventAt: event.at,
  };
}

/** A step's failure counts unless the step may fail; the end of a step that ran out of time is over with it. */
function stepEnded(context: JobContext, event: EventOf<'step.finished'>): Partial<JobContext> {
  const step = context.job.steps[event.data.step];
  const endsStep = context.ending?.kind === 'step-timed-out';
  const counts = step?.allowFailure !== true && (context.ending === undefined || endsStep);
  const after = ended(context, event);
  return {
    ...after,
    failure: counts ? after.failure : context.failure,
    ending: endsStep ? undefined : context.ending,
  };
}

/** A handler's step that cannot be called again ends here; everything else is taken up again. */
function resumed(context: JobContext, event: EventOf<'job.resumed'>): Partial<JobContext> {
  const after = { resumes: context.resumes + 1, lastEventAt: event.at };
  if (context.work?.kind !== 'step' || context.job.executor.resumable) return after;
  const step = context.job.steps[context.work.step]?.name ?? '';
  return { ...after, work: undefined, failure: { reason: 'not-resumable', step } };
}

function noteEnding(context: JobContext, event: JobEvent): Partial<JobContext> {
  const news = endingOf(context, event);
  const ending = news !== undefined && isStronger(news, context.ending) ? news : context.ending;
  return { ending, failure: context.failure ?? stepTimeout(context, event), lastEventAt: event.at };
}

function endingOf(context: JobContext, event: JobEvent): Ending | undefined {
  switch (event.type) {
    case 'job.cancel-requested':
      return { kind: 'canceling' };
    case 'job.interrupted':
      return { kind: 'interrupted' };
    case 'job.abandoned':
      return { kind: 'abandoned', ...event.data };
    case 'job.timed-out': {
      const { limitMs, scope } = event.data;
      if (scope === 'step') return { kind: 'step-timed-out' };
      if (scope === 'grace') return { kind: 'grace-over', limitMs };
      return { kind: 'timed-out', limitMs, graceEndsAt: event.at + GRACE_AFTER_TIMEOUT_MS };
    }
    default:
      return undefined;
  }
}

function stepTimeout(context: JobContext, event: JobEvent): JobContext['failure'] {
  if (event.type !== 'job.timed-out' || event.data.scope !== 'step') return undefined;
  if (context.work?.kind !== 'step') return undefined;
  const step = context.job.steps[context.work.step];
  if (step === undefined || step.allowFailure) return undefined;
  return { reason: 'step-timed-out', step: step.name, limitMs: event.data.limitMs };
}

function noteUpload(context: JobContext, event: JobEvent): Partial<JobContext> {
  switch (event.type) {
    case 'artifact.failed':
    case 'artifact.uploaded':
    case 'artifact.skipped': {
      const failure = event.type === 'artifact.failed' ? event.data.failure : undefined;
      return {
        nextEntry: event.data.entry + 1,
        uploadFailure: context.uploadFailure ?? failure,
        spoolSize: event.data.spoolSize,
        lastEventAt: event.at,
      };
    }
    default:
      return {};
  }
}
