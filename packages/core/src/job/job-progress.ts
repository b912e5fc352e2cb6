import {
  GRACE_AFTER_TIMEOUT_MS,
  isStronger,
  nextPreparation,
  nextStep,
  type Ending,
  type JobContext,
} from './job-context.ts';
import type { JobEvent } from './job-event.ts';

/** The member of {@link JobEvent} that has this type. */
export type EventOf<Type extends JobEvent['type']> = Extract<JobEvent, { type: Type }>;

/** Whether an event tells of the stage or step that is under way; else it comes too late. */
export function concernsWork({ work }: JobContext, event: JobEvent): boolean {
  switch (event.type) {
    case 'stage.finished':
      return work?.kind === 'stage' && work.stage === event.data.stage;
    case 'step.started':
    case 'once.committed':
    case 'step.finished':
      return work?.kind === 'step' && work.step === event.data.step;
    default:
      return false;
  }
}

/** Whether the step that begins is the one that is due, and nothing else is under way. */
export function beginsNextStep(context: JobContext, event: JobEvent): boolean {
  return (
    context.work === undefined &&
    event.type === 'step.starting' &&
    event.data.step === nextStep(context) &&
    (context.anyStepBegun || nextPreparation(context) === undefined)
  );
}

/** What is known once a step begins. */
export function begun(context: JobContext, event: EventOf<'step.starting'>): Partial<JobContext> {
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

/** What is known once a stage has ended, or a step. */
export function ended(
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
export function stepEnded(
  context: JobContext,
  event: EventOf<'step.finished'>,
): Partial<JobContext> {
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
export function resumed(context: JobContext, event: EventOf<'job.resumed'>): Partial<JobContext> {
  const after = { resumes: context.resumes + 1, lastEventAt: event.at };
  if (context.work?.kind !== 'step' || context.job.executor.resumable) return after;
  const step = context.job.steps[context.work.step]?.name ?? '';
  return { ...after, work: undefined, failure: { reason: 'not-resumable', step } };
}

/** What is known once something cuts the work short. */
export function noteEnding(context: JobContext, event: JobEvent): Partial<JobContext> {
  const news = endingOf(context, event);
  const ending = news !== undefined && isStronger(news, context.ending) ? news : context.ending;
  return {
    ending,
    work: isOverLimit(event) ? withoutDeadline(context.work) : context.work,
    failure: context.failure ?? stepTimeout(context, event),
    lastEventAt: event.at,
  };
}

function isOverLimit(event: JobEvent): boolean {
  return event.type === 'job.timed-out' && event.data.scope === 'step';
}

/** A limit is reached once: what ends after_script must not end it again and again. */
function withoutDeadline(work: JobContext['work']): JobContext['work'] {
  return work?.kind === 'step' ? { ...work, deadlineAt: undefined } : work;
}

/** The ending that an event brings, where it applies: a limit must be one that is there. */
export function endingOf(context: JobContext, event: JobEvent): Ending | undefined {
  switch (event.type) {
    case 'job.cancel-requested':
      return { kind: 'canceling' };
    case 'job.interrupted':
      return { kind: 'interrupted' };
    case 'job.abandoned':
      return { kind: 'abandoned', ...event.data };
    case 'job.timed-out':
      return timeoutOf(context, event);
    default:
      return undefined;
  }
}

function timeoutOf(context: JobContext, event: EventOf<'job.timed-out'>): Ending | undefined {
  const { limitMs, scope } = event.data;
  switch (scope) {
    case 'step':
      return context.work?.kind === 'step' ? { kind: 'step-timed-out' } : undefined;
    case 'grace':
      return context.ending?.kind === 'timed-out' ? { kind: 'grace-over', limitMs } : undefined;
    case 'job':
      return { kind: 'timed-out', limitMs, graceEndsAt: event.at + GRACE_AFTER_TIMEOUT_MS };
  }
}

function stepTimeout(context: JobContext, event: JobEvent): JobContext['failure'] {
  if (event.type !== 'job.timed-out' || event.data.scope !== 'step') return undefined;
  if (context.work?.kind !== 'step') return undefined;
  const step = context.job.steps[context.work.step];
  if (step === undefined || step.allowFailure) return undefined;
  return { reason: 'step-timed-out', step: step.name, limitMs: event.data.limitMs };
}

/** What is known once an entry was uploaded, or is not to be. */
export function noteUpload(context: JobContext, event: JobEvent): Partial<JobContext> {
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
