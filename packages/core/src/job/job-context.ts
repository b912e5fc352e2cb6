import type { JobEvent, ReceivedJob, ReceivedStep } from './job-event.ts';
import type { JobFailure, JobOutcome } from './job-failure.ts';

/** How long `after_script`, cache and artifacts have after the job's own time is over. */
export const GRACE_AFTER_TIMEOUT_MS = 4 * 60_000;

/** What of the grace is kept for the files, where there are any to be kept. */
const GRACE_FOR_FILES_MS = GRACE_AFTER_TIMEOUT_MS / 2;

/** All that is known of a job besides its state; each field is a fold over the job's events. */
export interface JobContext {
  readonly job: ReceivedJob;
  readonly receivedAt: number;
  /** What is under way: begun in the log, and not yet ended there. */
  readonly work: StageWork | StepWork | undefined;
  readonly preparationDone: number;
  readonly conclusionDone: number;
  /** The first step that has neither run nor been passed over. */
  readonly nextStep: number;
  readonly anyStepBegun: boolean;
  /** Whether the executor or handler has been called at all, so that there is something to clean. */
  readonly anyWorkBegun: boolean;
  readonly nextEntry: number;
  readonly cleaned: boolean;
  /** Why the work is cut short; a stronger reason replaces a weaker one. */
  readonly ending: Ending | undefined;
  /** The first failure that counts. */
  readonly failure: JobFailure | undefined;
  /** A delivery that failed; uploads that come after it still go by how the script ended. */
  readonly uploadFailure: JobFailure | undefined;
  readonly outcome: JobOutcome | undefined;
  readonly spoolSize: number;
  readonly onces: number;
  readonly resumes: number;
  /** Why the report has not been delivered yet. */
  readonly deferredBy: string | undefined;
  readonly lastEventAt: number;
}

export interface StageWork {
  readonly kind: 'stage';
  readonly stage: string;
}

export interface StepWork {
  readonly kind: 'step';
  readonly step: number;
  readonly startingAt: number;
  readonly spoolOffset: number;
  readonly maskerVersion: number;
  readonly deadlineAt: number | undefined;
  /** The step's process, where it has one that claimed it. */
  readonly pid: number | undefined;
}

export type Ending =
  | { readonly kind: 'step-timed-out' }
  | { readonly kind: 'canceling' }
  | { readonly kind: 'timed-out'; readonly limitMs: number; readonly graceEndsAt: number }
  | { readonly kind: 'grace-over'; readonly limitMs: number }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'abandoned'; readonly httpStatus: number; readonly jobStatus?: string };

const STRENGTH = [
  'step-timed-out',
  'canceling',
  'timed-out',
  'grace-over',
  'interrupted',
  'abandoned',
];

export function isStronger(ending: Ending, than: Ending | undefined): boolean {
  return than === undefined || STRENGTH.indexOf(ending.kind) > STRENGTH.indexOf(than.kind);
}

export function createJobContext(
  received: Extract<JobEvent, { type: 'job.received' }>,
): JobContext {
  const job = received.data;
  return {
    job,
    receivedAt: received.at,
    work: undefined,
    preparationDone: 0,
    conclusionDone: 0,
    nextStep: 0,
    anyStepBegun: false,
    anyWorkBegun: false,
    nextEntry: 0,
    cleaned: false,
    ending: undefined,
    failure:
      job.unreadable === undefined
        ? undefined
        : { reason: 'payload-unreadable', message: job.unreadable },
    uploadFailure: undefined,
    outcome: undefined,
    spoolSize: 0,
    onces: 0,
    resumes: 0,
    deferredBy: undefined,
    lastEventAt: received.at,
  };
}

/**
 * Whether nothing but `cleanup` may follow: no further step, no cache, no artifact. A cancel
 * before the first step takes the whole job along, as in gitlab-runner.
 */
export function isCutShort(context: JobContext): boolean {
  const { ending, failure } = context;
  return (
    (ending?.kind === 'canceling' && !context.anyStepBegun) ||
    ending?.kind === 'abandoned' ||
    ending?.kind === 'interrupted' ||
    ending?.kind === 'grace-over' ||
    failure?.reason === 'not-resumable' ||
    failure?.reason === 'payload-unreadable'
  );
}

/** The stage to begin before the first step. */
export function nextPreparation(context: JobContext): string | undefined {
  if (context.failure !== undefined || context.ending !== undefined) return undefined;
  return context.job.executor.preparation[context.preparationDone];
}

/**
 * The index of the step to begin. Without sources there is no first step; once steps ran, a
 * cancel or a timeout leaves only `after_script`.
 */
export function nextStep(context: JobContext): number | undefined {
  if (isCutShort(context)) return undefined;
  const hindered = context.failure !== undefined || context.ending !== undefined;
  if (hindered && !context.anyStepBegun) return undefined;
  const { steps } = context.job;
  for (let index = context.nextStep; index < steps.length; index += 1) {
    if (steps[index] !== undefined && mayBegin(steps[index]!, context)) return index;
  }
  return undefined;
}

function mayBegin(step: ReceivedStep, context: JobContext): boolean {
  if (context.ending !== undefined) return isAfterScript(step);
  switch (step.when) {
    case 'always':
      return true;
    case 'on_success':
      return context.failure === undefined;
    case 'on_failure':
      return context.failure !== undefined;
  }
}

export function isAfterScript(step: ReceivedStep | undefined): boolean {
  return step?.name === 'after_script';
}

/** The stage to begin after the last step. */
export function nextConclusion(context: JobContext): string | undefined {
  if (isCutShort(context)) return undefined;
  return context.job.executor.conclusion[context.conclusionDone];
}

/** The index of the artifact entry to deliver, by how the steps ended. */
export function nextUpload(context: JobContext): number | undefined {
  if (isCutShort(context)) return undefined;
  const wanted = hasSucceeded(context) ? 'on_success' : 'on_failure';
  const { artifacts } = context.job;
  for (let entry = context.nextEntry; entry < artifacts.length; entry += 1) {
    const when = artifacts[entry]?.when;
    if (when === 'always' || when === wanted) return entry;
  }
  return undefined;
}

/** Whether nothing of the executor's or handler's follows on the step that runs, however it ends. */
export function isLastWork({ job, nextStep: next }: JobContext): boolean {
  const { artifacts, executor, steps } = job;
  const { cleans, conclusion } = executor;
  return next >= steps.length && conclusion.length === 0 && artifacts.length === 0 && !cleans;
}

/** How the job stands as its steps see it: what `CI_JOB_STATUS` says in `after_script`. */
export function jobStatus(context: JobContext): 'success' | 'failed' | 'canceled' | 'timedout' {
  if (context.ending?.kind === 'canceling') return 'canceled';
  if (context.ending !== undefined || context.failure?.reason === 'step-timed-out')
    return 'timedout';
  return context.failure === undefined ? 'success' : 'failed';
}

function hasSucceeded(context: JobContext): boolean {
  return context.failure === undefined && context.ending === undefined;
}

/** How the job ends, if it ends as it stands. */
export function outcomeOf(context: JobContext): JobOutcome {
  const { ending } = context;
  const failure = context.failure ?? context.uploadFailure;
  switch (ending?.kind) {
    case 'abandoned':
      if (ending.jobStatus === 'canceled') return { status: 'canceled' };
      return {
        status: 'abandoned',
        httpStatus: ending.httpStatus,
        ...(ending.jobStatus === undefined ? {} : { jobStatus: ending.jobStatus }),
      };
    case 'interrupted':
      return { status: 'failed', failure: { reason: 'runner-shutdown' } };
    case 'grace-over':
    case 'timed-out':
      return { status: 'failed', failure: { reason: 'job-timed-out', limitMs: ending.limitMs } };
    case 'canceling':
      return { status: 'canceled' };
    case 'step-timed-out':
    case undefined:
      return failure === undefined ? { status: 'success' } : { status: 'failed', failure };
  }
}

/** When the next `job.timed-out` is due, and what it says. */
export function nextTimeout(context: JobContext): Timeout | undefined {
  const { ending, job, work } = context;
  if (context.outcome !== undefined || isCutShort(context)) return undefined;
  // What comes after the steps is tried until GitLab answers, and has no limit but the grace.
  const hasSteps = work?.kind === 'step' || nextStep(context) !== undefined;
  if (!hasSteps && ending?.kind !== 'timed-out') return undefined;
  const overall: Timeout =
    ending?.kind === 'timed-out'
      ? { at: ending.graceEndsAt, scope: 'grace', limitMs: ending.limitMs }
      : { at: context.receivedAt + job.timeoutMs, scope: 'job', limitMs: job.timeoutMs };
  if (work?.kind !== 'step' || work.deadlineAt === undefined) return overall;
  const step = job.steps[work.step];
  const isLimited =
    ending === undefined || (isAfterScript(step) && ending.kind !== 'step-timed-out');
  const at = Math.min(work.deadlineAt, filesDueAt(context));
  if (!isLimited || at >= overall.at) return overall;
  return { at, scope: 'step', limitMs: step?.timeoutMs ?? 0 };
}

/** When `after_script` has to make way in the grace, or it would take all of it from the files. */
function filesDueAt(context: JobContext): number {
  const { ending } = context;
  const areWanted = nextConclusion(context) !== undefined || nextUpload(context) !== undefined;
  if (ending?.kind !== 'timed-out' || !areWanted) return Infinity;
  return ending.graceEndsAt - GRACE_FOR_FILES_MS;
}

export interface Timeout {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly scope: 'job' | 'step' | 'grace';
  readonly limitMs: number;
}
