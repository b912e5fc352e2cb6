import { RunnerError } from '../errors.ts';
import type { Job } from '../job/job.ts';
import { WireError } from './wire-fields.ts';
import { readWireJob } from './wire-job.ts';

/**
 * Reads what GitLab sent with a 201.
 *
 * @throws RunnerError `PAYLOAD_INVALID`, naming the first field that cannot be used and no value.
 */
export function parseJob(payload: string): Job {
  try {
    return readWireJob(parseJson(payload));
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    const { message, path } = cause;
    throw new RunnerError('PAYLOAD_INVALID', path === '' ? 'it is no job' : `${path}: ${message}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RunnerError('PAYLOAD_INVALID', 'it is no JSON', { cause });
  }
}
