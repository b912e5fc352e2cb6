import { assign, setup } from 'xstate';

import {
  createJobContext,
  isAfterScript,
  isCutShort,
  isStronger,
  nextConclusion,
  nextPreparation,
  nextStep,
  nextUpload,
  outcomeOf,
  type JobContext,
} from './job-context.ts';
import type { JobEvent, JobReceived } from './job-event.ts';
import {
  beginsNextStep,
  begun,
  concernsWork,
  ended,
  endingOf,
  noteEnding,
  noteUpload,
  resumed,
  stepEnded,
} from './job-progress.ts';

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
    /** What is told of a step or stage that is not under way comes too late. */
    isOfWork: ({ context, event }) => concernsWork(context, event),
    isNextPreparation: ({ context, event }) =>
      context.work === undefined &&
      event.type === 'stage.started' &&
      event.data.stage === nextPreparation(context),
    isNextStep: ({ context, event }) => beginsNextStep(context, event),
    isNextConclusion: ({ context, event }) =>
      context.work === undefined &&
      event.type === 'stage.started' &&
      event.data.stage === nextConclusion(context),
    isNextUpload: ({ context, event }) =>
      'entry' in event.data && event.data.entry === nextUpload(context),
    nothingLeftToRun: ({ context }) =>
      context.work === undefined && nextStep(context) === undefined,
    isCutShort: ({ context }) => context.work === undefined && isCutShort(context),
    isConcluded: ({ context }) =>
      context.work === undefined && nextConclusion(context) === undefined,
    isDelivered: ({ context }) => nextUpload(context) === undefined,
    beginsAfterScript: ({ context, event }) =>
      event.type === 'step.starting' &&
      beginsNextStep(context, event) &&
      isAfterScript(context.job.steps[event.data.step]),
    isIdle: ({ context }) => context.work === undefined,
    runsAfterScript: ({ context }) =>
      context.work?.kind === 'step' && isAfterScript(context.job.steps[context.work.step]),
    /** The limit of `after_script` itself, or the last one that there is. */
    isOwnLimit: ({ context, event }) =>
      event.type === 'job.timed-out' &&
      event.data.scope !== 'job' &&
      endingOf(context, event) !== undefined,
    isGraceOver: ({ context, event }) => endingOf(context, event)?.kind === 'grace-over',
    /** An ending that says no more than what is known is dropped, so that no log fills with it. */
    isNews: ({ context, event }) => {
      const ending = endingOf(context, event);
      return ending !== undefined && isStronger(ending, context.ending);
    },
    isNotCleaned: ({ context }) => !context.cleaned,
    isNewReason: ({ context, event }) =>
      event.type === 'report.deferred' && event.data.why !== context.deferredBy,
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
  states: {
    /** Entered when GitLab has handed the job out; left when its first work begins, or it ends before. */
    requested: {
      on: {
        'job.resumed': { actions: 'resume' },
        'stage.started': {
          guard: 'isNextPreparation',
          target: 'running.preparing',
          actions: 'beginStage',
        },
        'step.starting': { guard: 'isNextStep', target: 'running.script', actions: 'beginStep' },
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
      on: { 'job.resumed': { actions: 'resume' } },
      states: {
        /** Entered when the executor's first stage begins; left when sources, cache and the like are there, or are not to be had. */
        preparing: {
          on: {
            'stage.started': { guard: 'isNextPreparation', actions: 'beginStage' },
            'stage.finished': { guard: 'isOfWork', actions: 'endPreparation' },
            'step.starting': { guard: 'isNextStep', target: 'script', actions: 'beginStep' },
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
              { guard: 'isNextStep', actions: 'beginStep' },
            ],
            'step.started': { guard: 'isOfWork', actions: 'notePid' },
            'once.committed': { guard: 'isOfWork', actions: 'countOnce' },
            'step.finished': { guard: 'isOfWork', actions: 'endStep' },
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
            'step.started': { guard: 'isOfWork', actions: 'notePid' },
            'once.committed': { guard: 'isOfWork', actions: 'countOnce' },
            'step.finished': { guard: 'isOfWork', target: 'script', actions: 'endStep' },
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
            'step.started': { guard: 'isOfWork', actions: 'notePid' },
            'once.committed': { guard: 'isOfWork', actions: 'countOnce' },
            'step.finished': { guard: 'isOfWork', target: 'script', actions: 'endStep' },
            'stage.finished': { guard: 'isOfWork', target: 'preparing', actions: 'endPreparation' },
            'job.timed-out': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
            'job.interrupted': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
            'job.abandoned': { guard: 'isNews', target: 'ending', actions: 'noteEnding' },
          },
          always: { guard: 'isIdle', target: 'script' },
        },
        /** Entered when a limit, a stop of the runner or GitLab's refusal ends the work; left when it has ended. */
        ending: {
          on: {
            'step.started': { guard: 'isOfWork', actions: 'notePid' },
            'once.committed': { guard: 'isOfWork', actions: 'countOnce' },
            'step.finished': { guard: 'isOfWork', target: 'script', actions: 'endStep' },
            'stage.finished': { guard: 'isOfWork', target: 'preparing', actions: 'endPreparation' },
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
        'job.resumed': { actions: 'resume' },
        'job.cancel-requested': { guard: 'isNews', actions: 'noteEnding' },
        'job.timed-out': { guard: 'isGraceOver', actions: 'noteEnding' },
        'job.interrupted': { guard: 'isNews', actions: 'noteEnding' },
        'job.abandoned': { guard: 'isNews', actions: 'noteEnding' },
      },
      states: {
        /** Entered when no step is left; left when the executor's closing stages (the cache) are done. */
        concluding: {
          on: {
            'stage.started': { guard: 'isNextConclusion', actions: 'beginStage' },
            'stage.finished': { guard: 'isOfWork', actions: 'endConclusion' },
          },
          always: { guard: 'isConcluded', target: 'artifacts' },
        },
        /** Entered when the files are as the job left them; left when GitLab has each artifact that is due. */
        artifacts: {
          on: {
            'artifact.uploaded': { guard: 'isNextUpload', actions: 'noteUpload' },
            'artifact.skipped': { guard: 'isNextUpload', actions: 'noteUpload' },
            'artifact.failed': { guard: 'isNextUpload', actions: 'noteUpload' },
          },
          always: { guard: 'isDelivered', target: 'cleaning' },
        },
        /** Entered when nothing is left to deliver; left when the outcome stands. */
        cleaning: {
          on: {
            'cleanup.finished': { guard: 'isNotCleaned', actions: 'noteCleanup' },
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
            'job.resumed': { actions: 'resume' },
            'report.deferred': { guard: 'isNewReason', actions: 'noteDeferral' },
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
