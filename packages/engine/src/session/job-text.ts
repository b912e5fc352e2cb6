import { deflateRawSync, inflateRawSync } from 'node:zlib';

import { createRunnerInfo, messageOf, parseJob, type Job, type RunnerInfo } from '@fellrunner/core';

import type { MaskingState } from './session-log.ts';
import { parseText, toText, type TextFields, type TextOptions } from './session-text.ts';

/** How a session's job ended, or is to end as soon as GitLab has heard of it. */
export type SessionOutcome =
  | { readonly status: 'success' }
  | { readonly status: 'failed'; readonly reason: string; readonly exitCode: number | undefined };

/** What a job needs to go on elsewhere. */
export interface JobState {
  readonly url: string;
  readonly info: RunnerInfo;
  /** What GitLab sent, the job's token and variables in it. */
  readonly payload: string;
  readonly outputLimitBytes: number;
  /** The whole log, masked: GitLab may ask for it again from its start. */
  readonly log: Uint8Array;
  readonly masking: MaskingState;
  readonly outcome: SessionOutcome | undefined;
}

export function toJobText({ log, masking, ...state }: JobState, options: TextOptions): string {
  const { raw, ...counts } = masking;
  const fields = {
    ...state,
    log: deflateRawSync(log).toString('base64'),
    masking: { ...counts, raw: Buffer.from(raw).toString('base64') },
  };
  return toText('job', fields, options);
}

/** @throws RunnerError `PAYLOAD_INVALID` */
export function parseJobText(text: string, options: TextOptions): JobState & { readonly job: Job } {
  const fields = parseText('job', text, options);
  const masking = fields.nested('masking');
  const payload = fields.string('payload');
  return {
    url: fields.string('url'),
    info: toInfo(fields.nested('info')),
    payload,
    job: readable(fields, 'payload', () => parseJob(payload)),
    outputLimitBytes: fields.number('outputLimitBytes'),
    log: readable(fields, 'log', () => inflateRawSync(bytesOf(fields.string('log')))),
    masking: {
      settledBytes: masking.number('settledBytes'),
      passedBytes: masking.number('passedBytes'),
      raw: bytesOf(masking.string('raw')),
    },
    outcome: fields.optional('outcome', (name) => toOutcome(fields.nested(name))),
  };
}

function toInfo(fields: TextFields): RunnerInfo {
  return createRunnerInfo({
    version: fields.string('version'),
    revision: fields.string('revision'),
    platform: fields.string('platform'),
    architecture: fields.string('architecture'),
    executor: fields.string('executor'),
  });
}

function toOutcome(fields: TextFields): SessionOutcome {
  if (fields.string('status') === 'success') return { status: 'success' };
  const exitCode = fields.optional('exitCode', (name) => fields.number(name));
  return { status: 'failed', reason: fields.string('reason'), exitCode };
}

function readable<T>(fields: TextFields, name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw fields.error(`its ${name} cannot be read (${messageOf(cause)})`, cause);
  }
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
