import { assign, setup } from 'xstate';

import { createJobContext, type JobContext } from './job-context.ts';
import type { JobEvent, JobReceived } from './job-event.ts';
import { guards, updates } from './job-rules.ts';

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
  guards,
  actions: {
    beginStage: assign(updates.beginStage),
    beginStep: assign(updates.beginStep),
    notePid: assign(updates.notePid),
    endPreparation: assign(updates.endPreparation),
    endConclusion: assign(updates.endConclusion),
    endStep: assign(updates.endStep),
    countOnce: assign(updates.countOnce),
    resume: assign(updates.resume),
    noteEnding: assign(updates.noteEnding),
    noteUpload: assign(updates.noteUpload),
    noteCleanup: assign(updates.noteCleanup),
    finish: assign(updates.finish),
    revise: assign(updates.revise),
    noteDeferral: assign(updates.noteDeferral),
    close: assign(updates.close),
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
