import { join } from 'node:path';

import {
  isLastWork,
  jobStatus,
  outcomeOf,
  type JobContext,
  type JobKey,
  type OutcomeStatus,
  type RunnerFacts,
} from '@fellrunner/core';

import type { JobServices } from './job-services.ts';
import { JobWords } from './job-words.ts';
import type {
  AbortReason,
  CallResult,
  FromWorker,
  JobCall,
  StepOnces,
} from './pool/worker-message.ts';
import type { RunningCall } from './pool/worker-pool.ts';
import { openOptions } from './sealed-options.ts';
import type { Spool } from './trace/spool.ts';

export interface JobCallsOptions {
  readonly services: JobServices;
  readonly payload: string;
  readonly spool: Spool;
  /** Known after the job's first commit. */
  readonly folder: () => string;
  readonly onMessage: (message: FromWorker, call: RunningCall) => void;
}

/** A raw file may be four times the trace's limit, and never has less room than this. */
const LEAST_RAW_BYTES = 1024 ** 3;

/**
 * An executor gives the grace to its processes, kills what is left then, and reads the last of
 * their output: its thread needs longer.
 */
const EXECUTOR_PATIENCE_MS = 10_000;

/** Calls a job's handler or executor in its pool, one call at a time, and ends a call that must end. */
export class JobCalls {
  readonly #options: JobCallsOptions;
  readonly #words: JobWords;
  #isBusy = false;
  #running: RunningCall | undefined;
  #ending: AbortReason | undefined;
  #patienceMs = 0;
  #cancelKill: () => void = () => undefined;

  constructor(options: JobCallsOptions) {
    this.#options = options;
    this.#words = new JobWords(options.payload);
  }

  get isRunning(): boolean {
    return this.#isBusy;
  }

  /** Makes a call and waits for its end; the spool is as the call left it. */
  async make(
    what: JobCall['what'],
    subject: string | number,
    key: JobKey,
    context: JobContext,
    isResumed: boolean,
  ): Promise<EndedCall> {
    const { services, spool, onMessage } = this.#options;
    this.#isBusy = true;
    this.#patienceMs = context.job.executor.name === 'handler' ? 0 : EXECUTOR_PATIENCE_MS;
    const onces = await this.#onces(key, context);
    const call = this.#describe({ what, subject, key, context, isResumed, onces });
    const running: RunningCall = services.pools.call(
      context.job.executor.isolation,
      call,
      (message) => onMessage(this.#maskMessage(message), running),
    );
    this.#running = running;
    if (this.#ending !== undefined) this.#tell(running, this.#ending);
    const result = this.#maskResult(await running.result);
    this.#running = undefined;
    this.#ending = undefined;
    this.#isBusy = false;
    this.#cancelKill();
    if (result.kind === 'described') throw new Error('A job call was answered by a description.');
    await spool.take();
    // What an earlier run of a step had printed beyond this one's end was the step's as well.
    if (what === 'step') spool.skipToEnd();
    if (isGivenUp(result) && context.job.executor.isolation === 'shared') spool.revoke();
    return result;
  }

  /** Asks the call to end, and ends its thread after the grace where it does not. */
  end(reason: AbortReason): void {
    if (!this.#isBusy || this.#ending !== undefined) return;
    this.#ending = reason;
    if (this.#running !== undefined) this.#tell(this.#running, reason);
  }

  /** Leaves the call behind: its thread goes with its pool. */
  abandon(): void {
    this.#cancelKill();
    this.#running = undefined;
  }

  #tell(running: RunningCall, reason: AbortReason): void {
    const { clock, cancelGraceMs } = this.#options.services;
    running.send({ type: 'abort', reason });
    const killAt = clock.now() + cancelGraceMs + this.#patienceMs;
    this.#cancelKill = clock.callAt(killAt, () => running.kill());
  }

  #maskMessage(message: FromWorker): FromWorker {
    if (message.type !== 'console') return message;
    return { ...message, text: this.#words.mask(message.text) };
  }

  /** A failure is kept in the event log and shown, and its words are those of the job's code. */
  #maskResult(result: CallResult): CallResult {
    if (result.kind !== 'failed') return result;
    return { ...result, failure: this.#words.maskFailure(result.failure) };
  }

  async #onces(key: JobKey, context: JobContext): Promise<StepOnces[]> {
    if (context.onces === 0) return [];
    return Promise.all(
      context.job.steps.map(async ({ name }, index) => ({
        step: name,
        results: await this.#options.services.log.onceResults(key, index),
      })),
    );
  }

  #describe(facts: {
    what: JobCall['what'];
    subject: string | number;
    key: JobKey;
    context: JobContext;
    isResumed: boolean;
    onces: readonly StepOnces[];
  }): JobCall {
    const { services, payload, spool } = this.#options;
    const folder = this.#options.folder();
    const { what, subject, key, context, isResumed, onces } = facts;
    const { executor } = context.job;
    const { outputLimitBytes } = services;
    return {
      what,
      subject,
      module: services.module,
      options: executor.options ?? openOptions(payload),
      payload,
      folder,
      workdir: join(folder, 'work'),
      spool: spool.place(executor.isolation !== 'process'),
      network: services.network,
      runner: {
        ...services.runner,
        url: context.job.url,
        jobKey: key,
        slot: context.job.slot,
        tls: tlsFacts(services),
      },
      jobStatus: jobStatus(context),
      outcome: outcomeStatus(context),
      isResumed,
      isLast: what === 'cleanup' || (what === 'step' && isLastWork(context)),
      startingAt: context.work?.kind === 'step' ? context.work.startingAt : 0,
      onces,
      outputLimitBytes,
      rawLimitBytes:
        outputLimitBytes === 0
          ? Number.MAX_SAFE_INTEGER
          : Math.max(LEAST_RAW_BYTES, 4 * outputLimitBytes),
    };
  }
}

/** Scripts get the server's own certificates where no file names its authority. */
function tlsFacts({ client, network }: JobServices): NonNullable<RunnerFacts['tls']> {
  const chain = client.certificateChain;
  return { ...network.tls, ...(chain !== undefined && { chain }) };
}

function isGivenUp(result: CallResult): boolean {
  return (
    result.kind === 'failed' &&
    result.failure.reason === 'worker-crashed' &&
    result.failure.how === 'unresponsive'
  );
}

export type EndedCall = Exclude<CallResult, { kind: 'described' }>;

function outcomeStatus(context: JobContext): OutcomeStatus {
  return (context.outcome ?? outcomeOf(context)).status;
}
