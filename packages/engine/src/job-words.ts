import { parseJob, type JobFailure } from '@fellrunner/core';

import { JobTraceFilters } from './worker/job-trace-filter.ts';

/**
 * What a job's own code says besides its log, in an error or on its console, as it may be kept
 * and shown: masked like the log. What to mask is worked out when something is said.
 */
export class JobWords {
  readonly #payload: string;
  #filters: JobTraceFilters | undefined;

  constructor(payload: string) {
    this.#payload = payload;
  }

  mask(text: string): string {
    // Without a payload, whose key is lost, no code of the job is called.
    if (this.#payload === '') return text;
    this.#filters ??= new JobTraceFilters(parseJob(this.#payload), 0);
    return this.#filters.mask(text);
  }

  maskFailure<F extends JobFailure>(failure: F): F {
    return 'message' in failure ? { ...failure, message: this.mask(failure.message) } : failure;
  }
}
