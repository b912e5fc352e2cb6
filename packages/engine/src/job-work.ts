import {
  describeFailure,
  parseJob,
  type Job,
  type JobCredentials,
  type JobFailure,
  type JobState,
} from '@fellrunner/core';

import { deliverArtifact } from './artifact-delivery.ts';
import type { JobAcceptance } from './job-acceptance.ts';
import type { EndedCall, JobCalls } from './job-calls.ts';
import { abortReason } from './job-ending.ts';
import type { JobRun } from './job-run.ts';
import type { JobServices } from './job-services.ts';
import type { FromWorker } from './pool/worker-message.ts';
import type { RunningCall } from './pool/worker-pool.ts';
import { deliverReport } from './report-delivery.ts';
import type { Spool } from './trace/spool.ts';
import type { TraceSender } from './trace/trace-sender.ts';

/** `cleanup` has a limit of its own: it must never keep a result from GitLab. */
const CLEANUP_LIMIT_MS = 60_000;

export interface JobWorkOptions {
  readonly services: JobServices;
  readonly run: JobRun;
  readonly job: JobCredentials;
  readonly payload: string;
  readonly spool: Spool;
  readonly trace: TraceSender;
  readonly calls: JobCalls;
  readonly acceptance: JobAcceptance;
  /** An earlier runner began what is under way. */
  readonly takesUpWork: boolean;
  /** Nothing was left of the job's folder, if it had one. */
  readonly hasLostFolder: boolean;
}

/** What is done in each state, and what becomes true by it. Each may be done again after a crash. */
export class JobWork {
  readonly #options: JobWorkOptions;
  #takesUpWork: boolean;
  #isAccepted = false;
  /** A claim that has been heard of and is not handed in yet. */
  #claim: { readonly step: number; readonly pid: number } | undefined;

  constructor(options: JobWorkOptions) {
    this.#options = options;
    this.#takesUpWork = options.takesUpWork;
  }

  async runStage(stage: string, state: JobState): Promise<void> {
    if (!(await this.#isOurs(state))) return;
    this.#endStage(stage, await this.#call('stage', stage, state));
  }

  async runStep(step: number, state: JobState): Promise<void> {
    if (!(await this.#isOurs(state))) return;
    if (this.#hasLostClaim(state)) return this.#loseProcess(step, state);
    this.#endStep(step, await this.#call('step', step, state));
  }

  /** What was to end when the last runner did: a process that lives on is taken up to be ended. */
  async endWhatWasLeft(state: JobState): Promise<void> {
    const { work, job, ending } = state.context;
    if (work?.kind === 'stage') this.#endStage(work.stage, undefined);
    if (work?.kind !== 'step') return;
    const mayLive = job.executor.name !== 'handler';
    const call = mayLive ? this.#call('step', work.step, state) : undefined;
    this.#options.calls.end(abortReason(ending));
    this.#endStep(work.step, await call);
  }

  async upload(entry: number, state: JobState, signal: AbortSignal): Promise<void> {
    const { services, run, job } = this.#options;
    const result = await this.#call('pack', entry, state);
    if (signal.aborted) return;
    if (result.kind === 'failed') {
      return this.#failUpload(
        entry,
        `packing the artifacts failed: ${describeFailure(result.failure)}`,
      );
    }
    const { packed } = result;
    if (packed === undefined) {
      const data = { entry, spoolSize: this.#options.spool.cursor };
      run.submit({ type: 'artifact.skipped', at: this.#now(), data });
      return;
    }
    const { client, clock } = services;
    const onTrouble = (why: string): void => run.warn(why);
    const spec = artifactOf(this.#readJob(), entry);
    const end = await deliverArtifact({
      acceptance: this.#options.acceptance,
      client,
      clock,
      job,
      entry: spec,
      packed,
      signal,
      onTrouble,
    });
    if (end.kind === 'gone') return run.lose(end.status, end.jobStatus);
    const uploaded = end.kind === 'uploaded';
    const httpStatus = uploaded ? 201 : end.status;
    const message = uploaded ? 'Created' : end.message;
    const line = services.executor?.uploadLine?.({
      jobId: job.jobId,
      entry: spec,
      httpStatus,
      message,
    });
    if (line !== undefined) this.#options.spool.append(line);
    if (!uploaded) {
      return this.#failUpload(
        entry,
        `GitLab refused ${packed.filename} (${httpStatus}): ${message}`,
      );
    }
    const data = { entry, bytes: packed.bytes, spoolSize: this.#options.spool.cursor };
    run.submit({ type: 'artifact.uploaded', at: this.#now(), data });
  }

  async clean(state: JobState): Promise<void> {
    const { services, calls, run } = this.#options;
    const { clock } = services;
    const call = this.#call('cleanup', 'cleanup', state);
    const cancelLimit = clock.callAt(clock.now() + CLEANUP_LIMIT_MS, () => calls.end('timeout'));
    const result = await call;
    cancelLimit();
    const error = result.kind === 'failed' ? describeFailure(result.failure) : undefined;
    if (error !== undefined) run.warn(`cleanup failed: ${error}`);
    const { cursor: spoolSize } = this.#options.spool;
    const data = error === undefined ? { spoolSize } : { error, spoolSize };
    run.submit({ type: 'cleanup.finished', at: this.#now(), data });
  }

  async report(state: JobState, signal: AbortSignal): Promise<void> {
    const { services, run, job, spool, trace } = this.#options;
    const { outcome, ending, deferredBy } = state.context;
    if (outcome === undefined) throw new Error('A job without an outcome cannot be reported.');
    if (ending?.kind === 'abandoned') return this.#close(ending.httpStatus, await spool.checksum());
    let trouble = deferredBy;
    const onTrouble = (why: string): void => {
      if (why === trouble) return;
      trouble = why;
      run.warn(`the result waits: ${why}`);
      run.submit({ type: 'report.deferred', at: this.#now(), data: { why } });
    };
    const { client, clock, info } = services;
    const knownReasons =
      outcome.status === 'failed' ? this.#readJobOrNothing()?.features.failureReasons : undefined;
    const { acceptance } = this.#options;
    const facts = { client, clock, info, job, outcome, knownReasons, acceptance };
    const end = await deliverReport({ ...facts, spool, trace, signal, onTrouble });
    if (end.kind === 'gone') return run.lose(end.status, end.jobStatus);
    this.#close(end.status, end.checksum);
  }

  /**
   * Notes the process of a step. Of one that ends at once the end is heard of in the same turn:
   * then both go into the log together.
   */
  noteClaim(pid: number, { context }: JobState): void {
    if (context.work?.kind !== 'step' || context.work.pid === pid) return;
    const { step } = context.work;
    this.#claim = { step, pid };
    setImmediate(() => this.#submitClaim(step));
  }

  #submitClaim(step: number): void {
    const data = this.#claim;
    if (data?.step !== step) return;
    this.#claim = undefined;
    this.#options.run.submit({ type: 'step.started', at: this.#now(), data });
  }

  /** Makes a result durable, then tells the handler. */
  keepOnce(
    { id, key, spoolOffset, value }: Extract<FromWorker, { type: 'once' }>,
    call: RunningCall,
    { context }: JobState,
  ): void {
    if (context.work?.kind !== 'step') return;
    const { run, spool } = this.#options;
    spool.grewTo(spoolOffset);
    const data = { step: context.work.step, key, spoolOffset };
    const isTaken = run.submit(
      { type: 'once.committed', at: this.#now(), data },
      { onceResult: value },
    );
    if (isTaken) run.afterCommit(() => call.send({ type: 'once-committed', id }));
  }

  /** Ends what a bug in the runner has hit, so that GitLab hears of it. */
  giveUp(message: string, { context, name }: JobState): void {
    const failure: JobFailure = { reason: 'runner-failed', message };
    const { work } = context;
    const at = this.#now();
    const spoolSize = this.#options.spool.cursor;
    const { run } = this.#options;
    if (work?.kind === 'stage') {
      run.submit({ type: 'stage.finished', at, data: { stage: work.stage, spoolSize, failure } });
    } else if (work?.kind === 'step') {
      run.submit({ type: 'step.finished', at, data: { step: work.step, spoolSize, failure } });
    } else if (name === 'uploading.artifacts') {
      this.#failUpload(context.nextEntry, message);
    } else if (name === 'uploading.cleaning') {
      run.submit({ type: 'cleanup.finished', at, data: { error: message, spoolSize } });
    }
  }

  /** Where a server hands out in two phases, nothing is begun before the second. */
  async #isOurs({ context }: JobState): Promise<boolean> {
    if (this.#isAccepted || context.resumes > 0) return true;
    const acceptance = await this.#options.acceptance.acceptEarly();
    this.#isAccepted = acceptance === 'accepted';
    // Without an answer the log's first piece will bring one.
    if (acceptance !== 'refused') return true;
    this.#options.run.lose(409, undefined);
    return false;
  }

  #call(
    what: 'stage' | 'step' | 'pack' | 'cleanup',
    subject: string | number,
    state: JobState,
  ): Promise<EndedCall> {
    const takesUp = this.#takesUpWork && (what !== 'step' || state.context.work !== undefined);
    this.#takesUpWork = false;
    return this.#options.calls.make(what, subject, this.#options.run.key, state.context, takesUp);
  }

  /** A process claimed the step, in a folder that somebody has removed since. */
  #hasLostClaim({ context: { work } }: JobState): boolean {
    const isClaimed = this.#takesUpWork && work?.kind === 'step' && work.pid !== undefined;
    return isClaimed && this.#options.hasLostFolder;
  }

  /** To start the step again would be to run it twice. */
  #loseProcess(step: number, { context: { job } }: JobState): void {
    const { run, spool } = this.#options;
    const failure: JobFailure = {
      reason: 'process-lost',
      step: job.steps[step]?.name ?? '',
      message: `the folder ${run.folder} is gone`,
    };
    const data = { step, spoolSize: spool.cursor, failure };
    run.submit({ type: 'step.finished', at: this.#now(), data });
  }

  #endStage(stage: string, ended: EndedCall | undefined): void {
    const data = { stage, spoolSize: this.#options.spool.cursor, ...failureIn(ended) };
    this.#options.run.submit({ type: 'stage.finished', at: this.#now(), data });
  }

  #endStep(step: number, ended: EndedCall | undefined): void {
    this.#submitClaim(step);
    const data = { step, spoolSize: this.#options.spool.cursor, ...failureIn(ended) };
    this.#options.run.submit({ type: 'step.finished', at: this.#now(), data });
  }

  #failUpload(entry: number, message: string): void {
    const failure = { reason: 'artifact-upload-failed', entry, message } as const;
    const data = { entry, failure, spoolSize: this.#options.spool.cursor };
    this.#options.run.submit({ type: 'artifact.failed', at: this.#now(), data });
  }

  #close(httpStatus: number, traceChecksum: string): void {
    const data = { httpStatus, traceBytes: this.#options.spool.size, traceChecksum };
    this.#options.run.submit({ type: 'job.closed', at: this.#now(), data });
  }

  /** Read again where it is needed, since a thousand waiting jobs need not keep it. */
  #readJob(): Job {
    return parseJob(this.#options.payload);
  }

  /** A payload that nobody can read is a reason to fail, and has been heard of as one. */
  #readJobOrNothing(): Job | undefined {
    try {
      return this.#readJob();
    } catch {
      return undefined;
    }
  }

  #now(): number {
    return this.#options.services.clock.now();
  }
}

function failureIn(ended: EndedCall | undefined): { failure: JobFailure } | Record<string, never> {
  return ended?.kind === 'failed' ? { failure: ended.failure } : {};
}

function artifactOf(job: Job, entry: number): Job['artifacts'][number] {
  const spec = job.artifacts[entry];
  if (spec === undefined) throw new Error(`The payload has no artifact entry ${entry}.`);
  return spec;
}
