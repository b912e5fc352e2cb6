import { systemClock, type Job } from '@fellrunner/core';

import { OutputLimit } from '../trace/limit-output.ts';
import { LineTimestamper } from '../trace/timestamp-lines.ts';
import {
  createMaskRules,
  createTraceFilter,
  type MaskRules,
  type TraceFilter,
} from '../trace/trace-filter.ts';

const JOB_OUTPUT = { number: 1, type: 'O' } as const;

/** Makes the filters of a job's output; what to mask is worked out when the first is needed. */
export class JobTraceFilters {
  readonly #job: Job;
  readonly #limitBytes: number;
  #rules: MaskRules | undefined;

  constructor(job: Job, limitBytes: number) {
    this.#job = job;
    this.#limitBytes = limitBytes;
  }

  /** A filter for what comes behind the first `writtenBytes` of the trace. */
  create(writtenBytes: number): TraceFilter {
    const { features, variables } = this.#job;
    this.#rules ??= createMaskRules({
      secrets: secretsOf(this.#job),
      tokenPrefixes: features.tokenPrefixes,
    });
    const timestamper =
      variables.value('FF_TIMESTAMPS') === 'true'
        ? new LineTimestamper(() => systemClock.now())
        : undefined;
    return createTraceFilter({
      rules: this.#rules,
      limit: new OutputLimit({ limitBytes: this.#limitBytes, writtenBytes }),
      ...(timestamper === undefined ? {} : { timestamps: { timestamper, stream: JOB_OUTPUT } }),
    });
  }
}

/** The values of masked variables, and every token that came with the job. */
function secretsOf(job: Job): Set<string> {
  const masked = [...job.variables].filter((it) => it.masked).map((it) => it.value);
  const tokens = [job.token, ...job.dependencies.map(({ token }) => token)];
  const passwords = job.credentials.map(({ password }) => password);
  return new Set([...masked, ...[...tokens, ...passwords].map((secret) => secret.reveal())]);
}
