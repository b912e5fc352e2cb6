import {
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
import type { JobEvent } from './job-event.ts';
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

/** What a guard judges and an update goes by: all that is known, and what comes to it. */
export interface JobInput {
  readonly context: JobContext;
  readonly event: JobEvent;
}

type Guard = (input: JobInput) => boolean;
type Update = (input: JobInput) => Partial<JobContext>;

/** When a transition of the machine takes place, by the names that its chart has. */
export const guards = {
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
  nothingLeftToRun: ({ context }) => context.work === undefined && nextStep(context) === undefined,
  isCutShort: ({ context }) => context.work === undefined && isCutShort(context),
  isConcluded: ({ context }) => context.work === undefined && nextConclusion(context) === undefined,
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
} satisfies Record<string, Guard>;

/** What is known after a transition, by the names that the machine's chart has. */
export const updates = {
  beginStage: ({ event }) =>
    event.type === 'stage.started'
      ? {
          work: { kind: 'stage', stage: event.data.stage } as const,
          anyWorkBegun: true,
          lastEventAt: event.at,
        }
      : {},
  beginStep: ({ context, event }) => (event.type === 'step.starting' ? begun(context, event) : {}),
  notePid: ({ context, event }) =>
    event.type === 'step.started' && context.work?.kind === 'step'
      ? { work: { ...context.work, pid: event.data.pid }, lastEventAt: event.at }
      : {},
  endPreparation: ({ context, event }) =>
    event.type === 'stage.finished'
      ? { ...ended(context, event), preparationDone: context.preparationDone + 1 }
      : {},
  endConclusion: ({ context, event }) =>
    event.type === 'stage.finished'
      ? { ...ended(context, event), conclusionDone: context.conclusionDone + 1 }
      : {},
  endStep: ({ context, event }) =>
    event.type === 'step.finished' ? stepEnded(context, event) : {},
  countOnce: ({ context, event }) =>
    event.type === 'once.committed' ? { onces: context.onces + 1, lastEventAt: event.at } : {},
  resume: ({ context, event }) => (event.type === 'job.resumed' ? resumed(context, event) : {}),
  noteEnding: ({ context, event }) => noteEnding(context, event),
  noteUpload: ({ context, event }) => noteUpload(context, event),
  noteCleanup: ({ event }) =>
    event.type === 'cleanup.finished'
      ? { cleaned: true, spoolSize: event.data.spoolSize, lastEventAt: event.at }
      : {},
  finish: ({ event }) =>
    event.type === 'job.finished'
      ? { outcome: event.data.outcome, spoolSize: event.data.spoolSize, lastEventAt: event.at }
      : {},
  revise: ({ context, event }) => {
    const ending = noteEnding(context, event);
    return { ...ending, outcome: outcomeOf({ ...context, ...ending }) };
  },
  noteDeferral: ({ event }) =>
    event.type === 'report.deferred' ? { deferredBy: event.data.why, lastEventAt: event.at } : {},
  close: ({ event }) => ({ lastEventAt: event.at }),
} satisfies Record<string, Update>;
