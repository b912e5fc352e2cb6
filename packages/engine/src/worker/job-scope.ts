import { mkdirSync } from 'node:fs';

import {
  JobFailed,
  type ExecutorScope,
  type ExecutorStepContext,
  type Job,
  type JobScope,
  type OnceValue,
} from '@fellrunner/core';

import type { JobCall, ToWorker } from '../pool/worker-message.ts';
import { createDependencies } from './dependencies.ts';
import { followFile } from './follow-file.ts';
import { FilteredLog } from './job-log.ts';
import type { JobTraceFilters } from './job-trace-filter.ts';
import type { KnownJob } from './known-jobs.ts';
import { OnceLedger } from './once-ledger.ts';
import type { LoadedModule } from './load-module.ts';
import type { WorkerLink } from './perform-call.ts';
import { ReplayedOutput } from './replayed-output.ts';
import { SpoolWriter } from './spool-writer.ts';

/** All that a call of a handler or executor can reach: its log, its signal, its folders, its results. */
export class CallScopeOfJob {
  readonly job: Job;
  readonly signal: AbortSignal;
  readonly log: FilteredLog;
  readonly ledger: OnceLedger;
  readonly #call: JobCall;
  readonly #link: WorkerLink;
  readonly #filters: JobTraceFilters;
  readonly #spool: SpoolWriter;
  readonly #output: ReplayedOutput;
  readonly #dependencies: JobScope['dependencies'];
  readonly #commits = new Map<number, () => void>();

  constructor(
    call: JobCall,
    { job, filters }: KnownJob,
    link: WorkerLink,
    kind: LoadedModule['kind'],
  ) {
    this.job = job;
    this.#call = call;
    this.#link = link;
    this.#spool = new SpoolWriter(call.spool, (size) => link.post({ type: 'spool-grew', size }));
    const own = this.#ownOnces();
    this.#filters = filters;
    // An executor's step is followed from its raw file, which knows by itself how far it came.
    const isAgain = call.isResumed || call.spool.stepOffset < call.spool.size;
    const replays = isAgain && (call.what !== 'step' || kind === 'handler');
    const replay = { discardFirst: own.length > 0, timesDiffer: kind === 'executor' };
    this.#output = new ReplayedOutput(this.#spool, call.spool, replays ? replay : undefined);
    const behind = replays ? call.spool.stepOffset : call.spool.size;
    this.log = new FilteredLog(
      () => this.#filters.create(behind),
      this.#output,
      job.features.traceSections,
    );
    const ender = new AbortController();
    this.signal = ender.signal;
    link.onMessage((message) => this.#receive(message, ender));
    const { folder, network, runner } = call;
    const place = { folder, network, url: runner.url };
    this.#dependencies = createDependencies(job, place, this.signal);
    this.ledger = new OnceLedger({
      results: own,
      signal: this.signal,
      commit: (key, value) => this.#commit(key, value),
      onReplayed: (spoolOffset) => this.#output.compareFrom(spoolOffset),
    });
  }

  jobScope(): JobScope {
    const { job, log, signal } = this;
    const { workdir } = this.#call;
    return {
      job,
      log,
      signal,
      // Made when first asked for: most jobs never do.
      get workdir() {
        mkdirSync(workdir, { recursive: true, mode: 0o700 });
        return workdir;
      },
      dependencies: this.#dependencies,
      recall: <T>(key: string, step?: string) => this.#recall(key, step) as T | undefined,
    };
  }

  executorScope(): ExecutorScope {
    const { folder, runner, jobStatus, isResumed } = this.#call;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return Object.assign(this.jobScope(), { folder, runner, jobStatus, isResumed });
  }

  executorStep(stepIndex: number): ExecutorStepContext {
    const step = this.job.steps[stepIndex];
    return Object.assign(this.executorScope(), {
      stepIndex,
      startingAt: this.#call.startingAt,
      phase: step?.name ?? '',
      script: step?.script ?? [],
      limits: { rawBytes: this.#call.rawLimitBytes },
      fail: failStep(step?.name ?? ''),
      claimed: (pid: number) => this.#link.post({ type: 'claimed', pid }),
      follow: (raw: string, ended: Promise<unknown>) =>
        followFile({
          raw,
          ended,
          limitBytes: this.#call.rawLimitBytes,
          place: this.#call.spool,
          spool: this.#spool,
          createFilter: (written: number) => this.#filters.create(written),
        }),
    });
  }

  get jobStatus(): string {
    return this.#call.jobStatus;
  }

  /** @throws JobFailed `once-not-replayed`, after what was discarded has been kept. */
  endReplay(): void {
    const keys = this.ledger.unasked;
    if (keys.length === 0) return;
    this.#output.keepDiscarded();
    throw new JobFailed({ reason: 'once-not-replayed', keys });
  }

  /** Ends the call's output: what the masker held back is no secret after all. */
  async end(): Promise<void> {
    await this.log.end();
    this.#output.keepDiscarded();
    this.#spool.end(this.#output.cursor);
  }

  /** The thread ends at once: what was printed is brought into the file. */
  save(): void {
    this.#spool.flush();
  }

  #ownOnces(): JobCall['onces'][number]['results'] {
    if (this.#call.what !== 'step') return [];
    const name = this.job.steps[Number(this.#call.subject)]?.name;
    return this.#call.onces.find(({ step }) => step === name)?.results ?? [];
  }

  #recall(key: string, step: string | undefined): unknown {
    const own = this.ledger.recall(key);
    if (own !== undefined && step === undefined) return own;
    for (const { step: name, results } of this.#call.onces) {
      if (step !== undefined && step !== name) continue;
      const found = results.find((result) => result.key === key);
      if (found?.value.kind === 'bytes') return found.value.bytes;
      if (found !== undefined)
        return found.value.text === '' ? undefined : JSON.parse(found.value.text);
    }
    return step === undefined || step === this.#ownStep() ? own : undefined;
  }

  #ownStep(): string | undefined {
    return this.#call.what === 'step'
      ? this.job.steps[Number(this.#call.subject)]?.name
      : undefined;
  }

  #commit(key: string, value: OnceValue): Promise<void> {
    // The spool is on the disk before the offset in the log that refers to it.
    this.#spool.sync();
    const id = this.#commits.size;
    return new Promise((resolve) => {
      this.#commits.set(id, resolve);
      this.#link.post({ type: 'once', id, key, spoolOffset: this.#spool.size, value });
    });
  }

  #receive(message: ToWorker, ender: AbortController): void {
    switch (message.type) {
      case 'abort':
        ender.abort(message.reason);
        return;
      case 'once-committed':
        this.#commits.get(message.id)?.();
    }
  }
}

export function failStep(step: string): (reason: string, exitCode?: number) => never {
  return (failureReason, exitCode) => {
    throw new JobFailed({
      reason: 'step-failed',
      step,
      message: failureReason,
      failureReason,
      ...(exitCode === undefined ? {} : { exitCode }),
    });
  };
}
