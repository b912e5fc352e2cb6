import {
  messageOf,
  replayJob,
  type JobKey,
  type JobOutcome,
  type JobState,
  type JobStateName,
} from '@fellrunner/core';

import type { DecodedLog } from '../decode-event.ts';

/** A job as a list shows it. */
export interface JobSummary {
  readonly key: JobKey;
  readonly gitlabId: number;
  readonly url: string;
  readonly name: string;
  readonly stage: string;
  readonly project: string;
  readonly runner: string;
  readonly executor: string;
  /** `unreadable` where the log cannot be replayed; then `problem` says why. */
  readonly state: JobStateName | 'unreadable';
  readonly problem: string | undefined;
  readonly outcome: JobOutcome | undefined;
  /** What keeps a finished job's report from being delivered. */
  readonly waitsFor: string | undefined;
  /** In milliseconds since 1970, as are the others. */
  readonly receivedAt: number;
  readonly finishedAt: number | undefined;
  readonly closedAt: number | undefined;
  readonly resumes: number;
}

/** What the store knows of a job besides its log. */
export interface JobRow {
  readonly job_key: JobKey;
  readonly gitlab_id: number;
  readonly url: string;
  readonly closed_at: number | null;
  /** Why the job was set aside: its log could not be replayed. */
  readonly quarantined: string | null;
}

/** Tells where a job stands by replaying its log, so that a list and the engine never disagree. */
export function summarise(row: JobRow, log: DecodedLog): JobSummary {
  const { events } = log;
  const [received] = events;
  const job = received?.type === 'job.received' ? received.data : undefined;
  return {
    key: row.job_key,
    gitlabId: row.gitlab_id,
    url: row.url,
    name: job?.name ?? '',
    stage: job?.stage ?? '',
    project: job?.project ?? '',
    runner: job?.runner ?? '',
    executor: job?.executor.name ?? '',
    receivedAt: received?.at ?? 0,
    finishedAt: events.findLast(({ type }) => type === 'job.finished')?.at,
    closedAt: row.closed_at ?? undefined,
    ...standing(row, log),
  };
}

type Standing = Pick<JobSummary, 'state' | 'problem' | 'outcome' | 'waitsFor' | 'resumes'>;

function standing(row: JobRow, log: DecodedLog): Standing {
  const replayed = replayLog(log);
  if (typeof replayed === 'string') {
    const problem = row.quarantined ?? replayed;
    return { state: 'unreadable', problem, outcome: undefined, waitsFor: undefined, resumes: 0 };
  }
  const { name, context } = replayed;
  return {
    state: name,
    problem: row.quarantined ?? undefined,
    outcome: context.outcome,
    waitsFor: name === 'finished.reporting' ? context.deferredBy : undefined,
    resumes: context.resumes,
  };
}

/** Where a log leads, or why it leads nowhere. */
export function replayLog({ events, problem }: DecodedLog): JobState | string {
  if (problem !== undefined) return problem;
  try {
    return replayJob(events).state;
  } catch (error) {
    return messageOf(error);
  }
}
