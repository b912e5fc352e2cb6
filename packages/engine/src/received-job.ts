import {
  messageOf,
  parseGoBoolean,
  parseJob,
  RunnerError,
  type Job,
  type JobExecutor,
  type ReceivedExecutor,
  type ReceivedJob,
  type ReceivedStep,
  type TlsFiles,
} from '@fellrunner/core';

import { parseDuration } from './parse-duration.ts';

/** A 201 as the event log and the machine need it: readable or not, it is never dropped. */
export interface Reception {
  readonly received: ReceivedJob;
  readonly token: string;
  readonly debugTrace: boolean;
}

/** gitlab-runner's own for `RUNNER_AFTER_SCRIPT_TIMEOUT`. */
const AFTER_SCRIPT_TIMEOUT_MS = 5 * 60_000;

export interface Origin {
  readonly url: string;
  readonly tls: TlsFiles;
  readonly runner: string;
  readonly executor: ReceivedExecutor;
  /** Which of the executor's stages a job needs. */
  readonly stagesOf: (job: Job) => ReturnType<NonNullable<JobExecutor['stagesOf']>> | undefined;
  readonly slot: number;
}

/**
 * Reads a job. Where a field cannot be used, the job is received all the same, to fail with that
 * reason.
 *
 * @throws RunnerError `PAYLOAD_INVALID` where not even the id and token can be read: then nobody
 *   can be told.
 */
export function receiveJob(payload: string, origin: Origin): Reception {
  try {
    const job = parseJob(payload);
    refuseCiSteps(job);
    return {
      received: toReceived(job, origin),
      token: job.token.reveal(),
      debugTrace: isDebugged((name) => job.variables.value(name)),
    };
  } catch (error) {
    return { ...unreadable(payload, origin, messageOf(error)), debugTrace: false };
  }
}

/** A job of CI steps would be a success, and nothing of it would have been done. */
function refuseCiSteps({ hasCiSteps, steps }: Job): void {
  if (!hasCiSteps || steps.length > 0) return;
  throw new RunnerError(
    'PAYLOAD_INVALID',
    'run: CI steps are not done by this runner; write a `script`',
  );
}

/** What the calls for a stored job need of its payload; nothing where its key is lost. */
export function credentialsIn(payload: string | undefined): {
  readonly token: string;
  readonly debugTrace: boolean;
} {
  if (payload === undefined) return { token: '', debugTrace: false };
  const { token } = identify(payload);
  try {
    const { variables } = parseJob(payload);
    return { token, debugTrace: isDebugged((name) => variables.value(name)) };
  } catch {
    // Its job fails for it; the log says no more than that.
    return { token, debugTrace: false };
  }
}

/** What such a job prints is not for everybody: GitLab shows its log to developers alone. */
function isDebugged(value: (name: string) => string): boolean {
  return ['CI_DEBUG_TRACE', 'CI_DEBUG_SERVICES'].some(
    (name) => parseGoBoolean(value(name)) === true,
  );
}

function toReceived(
  job: Job,
  { url, tls, runner, executor: whole, stagesOf, slot }: Origin,
): ReceivedJob {
  const executor = { ...whole, ...stagesOf(job) };
  return {
    gitlabId: job.id,
    url,
    tls,
    runner,
    executor,
    name: job.name,
    stage: job.stage,
    project: job.project.path,
    timeoutMs: job.timeoutMs,
    slot,
    steps: job.steps.map((step) => toStep(step, job)),
    artifacts: job.artifacts.map(({ when }) => ({ when })),
  };
}

/** A step's own limit is the job's unless a variable sets a shorter one. */
function toStep(step: Job['steps'][number], job: Job): ReceivedStep {
  const { name, when } = step;
  const isAfterScript = name === 'after_script';
  const asked = parseDuration(
    job.variables.value(isAfterScript ? 'RUNNER_AFTER_SCRIPT_TIMEOUT' : 'RUNNER_SCRIPT_TIMEOUT'),
  );
  const own = asked ?? (isAfterScript ? AFTER_SCRIPT_TIMEOUT_MS : undefined);
  const ignoresErrors = parseGoBoolean(job.variables.value('AFTER_SCRIPT_IGNORE_ERRORS')) ?? true;
  const allowFailure = isAfterScript ? ignoresErrors : step.allowFailure;
  return own === undefined
    ? { name, when, allowFailure }
    : { name, when, allowFailure, timeoutMs: own };
}

function unreadable(
  payload: string,
  { url, tls, runner, executor, slot }: Origin,
  problem: string,
): Omit<Reception, 'debugTrace'> {
  const { id, token } = identify(payload);
  const received = {
    gitlabId: id,
    url,
    tls,
    runner,
    executor,
    name: '',
    stage: '',
    project: '',
    timeoutMs: 3600_000,
    slot,
    steps: [],
    artifacts: [],
    unreadable: problem,
  };
  return { received, token };
}

/** @throws RunnerError `PAYLOAD_INVALID` */
export function identify(payload: string): { id: number; token: string } {
  try {
    const value: unknown = JSON.parse(payload);
    if (typeof value === 'object' && value !== null && 'id' in value && 'token' in value) {
      const { id, token } = value;
      if (typeof id === 'number' && typeof token === 'string' && token !== '') return { id, token };
    }
  } catch {
    // What is no JSON has no id either; the error below says so.
  }
  throw new RunnerError(
    'PAYLOAD_INVALID',
    'GitLab handed out a job without a readable id and token; it will end there by its own timeout.',
  );
}
