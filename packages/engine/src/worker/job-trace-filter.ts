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
    const timestamper =
      this.#job.variables.value('FF_TIMESTAMPS') === 'true'
        ? new LineTimestamper(() => systemClock.now())
        : undefined;
    return createTraceFilter({
      rules: this.#maskRules,
      limit: new OutputLimit({ limitBytes: this.#limitBytes, writtenBytes }),
      ...(timestamper === undefined ? {} : { timestamps: { timestamper, stream: JOB_OUTPUT } }),
    });
  }

  /** Masks a text of the job's that goes elsewhere than into its log, such as an error's message. */
  mask(text: string): string {
    const filter = createTraceFilter({ rules: this.#maskRules });
    const pieces = [filter.write(Buffer.from(text)), filter.end()];
    return Buffer.concat(pieces).toString();
  }

  get #maskRules(): MaskRules {
    this.#rules ??= createMaskRules({
      secrets: secretsOf(this.#job),
      tokenPrefixes: this.#job.features.tokenPrefixes,
    });
    return this.#rules;
  }
}

/** The values of masked variables, and every token that came with the job. */
function secretsOf(job: Job): Set<string> {
  const masked = [...job.variables].filter((it) => it.masked).map((it) => it.value);
  const tokens = [job.token, ...job.dependencies.map(({ token }) => token)];
  const passwords = job.credentials.map(({ password }) => password);
  return new Set([...masked, ...[...tokens, ...passwords].map((secret) => secret.reveal())]);
}
