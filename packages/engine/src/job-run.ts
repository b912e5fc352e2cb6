import { existsSync } from 'node:fs';
import { join } from 'node:path';

import {
  faultPoint,
  isRunnerError,
  messageOf,
  nextAction,
  outcomeOf,
  type Attachments,
  type JobAction,
  type JobActor,
  type JobKey,
  type JobReceived,
  type JobState,
} from '@fellrunner/core';

import { JobAcceptance } from './job-acceptance.ts';
import { JobCalls } from './job-calls.ts';
import { JobDeadline } from './job-deadline.ts';
import { abortReason, lastLine } from './job-ending.ts';
import { JobMailbox, type LaterEvent } from './job-mailbox.ts';
import type { JobServices } from './job-services.ts';
import { JobWork } from './job-work.ts';
import { KeepAlive } from './keep-alive.ts';
import type { FromWorker } from './pool/worker-message.ts';
import type { RunningCall } from './pool/worker-pool.ts';
import { removeFolder } from './remove-folder.ts';
import type { Spool } from './trace/spool.ts';
import { TRACE_FILTER_VERSION } from './trace/trace-filter.ts';
import { TraceSender } from './trace/trace-sender.ts';
import { VERSION } from './version.ts';
import { isOutOfSpace } from './worker/step-failure.ts';

/** What the runner wants to hear of a job. */
export interface JobRunListener {
  /** After each commit; a job in `finished.…` has no slot any more. */
  onState(run: JobRun, state: JobState): void;
  /** Nothing is left to do for the job, here or at GitLab. */
  onClosed(run: JobRun): void;
}

/** What a job is begun or taken up with; see `start-job.ts`. */
export interface JobRunParts {
  readonly services: JobServices;
  readonly listener: JobRunListener;
  readonly payload: string;
  readonly token: string;
  readonly debugTrace: boolean;
  readonly actor: JobActor;
  readonly spool: Spool;
  readonly received: JobReceived | undefined;
  readonly stored:
    | {
        readonly key: JobKey;
        readonly length: number;
        /** Whether its folder was still there; a job that made none has none. */
        readonly hasFolder: boolean;
      }
    | undefined;
}

/**
 * One job, from its mailbox to its end. Whatever becomes true goes through the mailbox; after
 * each commit the state's next action is taken, and one that the state no longer wants is ended.
 */
export class JobRun {
  readonly #parts: JobRunParts;
  readonly #mailbox: JobMailbox;
  readonly #spool: Spool;
  readonly #trace: TraceSender;
  readonly #keepAlive: KeepAlive;
  readonly #deadline: JobDeadline;
  readonly #calls: JobCalls;
  readonly #work: JobWork;
  #current: { readonly action: string; readonly ender: AbortController } | undefined;
  #forgetting: Promise<void> | undefined;
  #isDetached = false;

  constructor(parts: JobRunParts) {
    const { actor, payload, received, services, spool, stored, token, debugTrace } = parts;
    const { client, clock, info, log, patchSize, server } = services;
    const { executor, gitlabId: jobId } = actor.state.context.job;
    const job = { jobId, token };
    const heard = {
      onJobStatus: (status: string) => this.#hear(status),
      onGone: (status: number, jobStatus: string | undefined) => this.lose(status, jobStatus),
    };
    this.#parts = parts;
    this.#spool = spool;
    const acceptance = new JobAcceptance({ client, server, job, info });
    this.#trace = new TraceSender({
      acceptance,
      client,
      clock,
      job,
      debugTrace,
      outlivesReboot: executor.name === 'handler' && executor.resumable,
      spool,
      patchSize,
      onTrouble: (trouble) => this.warn(trouble),
      ...heard,
    });
    this.#keepAlive = new KeepAlive({
      clock,
      lastContactAt: () => this.#trace.lastContactAt,
      intervalMs: () => this.#trace.intervalMs,
      touch: () => this.#trace.touch(),
    });
    this.#deadline = new JobDeadline(clock, ({ scope, limitMs }) => {
      this.submit({ type: 'job.timed-out', at: this.#now(), data: { scope, limitMs } });
    });
    this.#calls = new JobCalls({
      services,
      payload,
      spool,
      folder: () => this.folder,
      onMessage: (message, call) => this.#receive(message, call),
    });
    this.#mailbox = new JobMailbox({
      log,
      actor,
      payload,
      received,
      stored,
      onCommitted: (state, attachments) => this.#onCommitted(state, attachments),
      onBroken: (error) => this.#onBroken(error),
    });
    this.#work = new JobWork({
      services,
      acceptance,
      job,
      payload,
      spool,
      run: this,
      trace: this.#trace,
      calls: this.#calls,
      takesUpWork: stored !== undefined,
      hasLostFolder: stored?.hasFolder === false,
    });
  }

  /** @throws Error before the first commit. */
  get key(): JobKey {
    return this.#mailbox.key;
  }

  get slot(): number {
    return this.state.context.job.slot;
  }

  get folder(): string {
    return join(this.#parts.services.jobsDir, String(this.key));
  }

  /** Where the job stands, with what is decided and not yet durable. */
  get state(): JobState {
    return this.#mailbox.head;
  }

  /**
   * Hands in what has become true; false where it no longer applies. What the spool keeps in the
   * store goes with it, so that no event speaks of bytes that a kill would take.
   */
  submit(event: LaterEvent, own: Attachments = {}): boolean {
    if (this.#isDetached) return false;
    const traceHead = this.#spool.unkeptHead;
    const isTaken = this.#mailbox.submit(event, traceHead ? { ...own, traceHead } : own);
    if (isTaken) this.#advance();
    return isTaken;
  }

  /** Calls back when all that was handed in so far is durable, unless the job is left before. */
  afterCommit(callback: () => void): void {
    void this.#mailbox.committed().then(() => {
      if (!this.#isDetached) callback();
    });
  }

  /** The runner ends its jobs: this one fails as interrupted. */
  interrupt(): void {
    this.submit({ type: 'job.interrupted', at: this.#now(), data: {} });
  }

  /** GitLab does not want the job from this runner any more. */
  lose(httpStatus: number, jobStatus: string | undefined): void {
    const data = jobStatus === undefined ? { httpStatus } : { httpStatus, jobStatus };
    this.submit({ type: 'job.abandoned', at: this.#now(), data });
  }

  warn(message: string): void {
    const { gitlabId } = this.state.context.job;
    this.#parts.services.logger.warn({ job: gitlabId }, message);
  }

  /** Leaves the job as it is to the next runner: what its thread still sends is not recorded. */
  async detach(): Promise<void> {
    this.#isDetached = true;
    this.#stopTimers();
    this.#current?.ender.abort(new Error('detached'));
    this.#calls.abandon();
    await this.#mailbox.shut();
    await this.#trace.stop();
    await this.#forgetting;
    await this.#spool[Symbol.asyncDispose]();
  }

  /** Goes on where an earlier runner left the job. */
  takeUp(isKeyLost: boolean): void {
    this.submit({ type: 'job.resumed', at: this.#now(), data: { runnerVersion: VERSION } });
    if (isKeyLost) this.lose(0, 'the key of the job is lost');
    this.#advance();
    const { file, lostBytes } = this.#spool;
    if (lostBytes > 0) this.warn(`${lostBytes} bytes of the log are missing in ${file}`);
  }

  /** Takes the first step of a job that has just been handed out; its first commit is under way. */
  begin(): void {
    this.#advance();
  }

  /** Records at once what follows from the state and has no effect outside. */
  #advance(): void {
    const action = nextAction(this.state);
    const at = this.#now();
    if (action.do === 'begin-stage') {
      this.submit({ type: 'stage.started', at, data: { stage: action.stage } });
    } else if (action.do === 'begin-step') {
      const data = {
        step: action.step,
        spoolOffset: this.#spool.cursor,
        maskerVersion: TRACE_FILTER_VERSION,
      };
      this.submit({ type: 'step.starting', at, data });
    } else if (action.do === 'finish') {
      this.#finish(at);
    }
  }

  #finish(at: number): void {
    const { context } = this.state;
    const outcome = outcomeOf(context);
    const isHandler = context.job.executor.name === 'handler';
    const own = this.#parts.services.executor?.epilogue?.(outcome);
    const words = own ?? lastLine(outcome, isHandler, this.#spool.endsWithNewline);
    if (words !== '') this.#say(words);
    const data = { outcome, spoolSize: this.#spool.cursor };
    this.submit({ type: 'job.finished', at, data });
  }

  /** The outcome does not wait for a disk that is full: then the log lacks its last line. */
  #say(words: string): void {
    try {
      this.#spool.append(words);
    } catch (error) {
      this.warn(`the last line of the log cannot be written: ${messageOf(error)}`);
    }
  }

  #onCommitted(state: JobState, { traceHead }: Attachments): void {
    if (this.#isDetached) return;
    if (traceHead !== undefined) this.#spool.keptHead(traceHead.length);
    if (state.context.outcome === undefined) this.#keepAlive.start();
    else this.#keepAlive.stop();
    this.#deadline.follow(state.context);
    if (state.context.outcome === undefined) this.#trace.grew();
    this.#parts.listener.onState(this, state);
    this.#take(nextAction(state), state);
  }

  #take(action: JobAction, state: JobState): void {
    const name = JSON.stringify(action);
    if (this.#current?.action === name) return;
    if (action.do === 'end-work' && this.#calls.isRunning) {
      this.#calls.end(abortReason(state.context.ending));
      return;
    }
    this.#current?.ender.abort(new Error('no longer wanted'));
    const ender = new AbortController();
    this.#current = { action: name, ender };
    this.#perform(action, state, ender.signal).catch((error: unknown) => {
      if (!ender.signal.aborted) this.#onBug(error);
    });
  }

  async #perform(action: JobAction, state: JobState, signal: AbortSignal): Promise<void> {
    switch (action.do) {
      case 'run-stage':
        return this.#work.runStage(action.stage, state);
      case 'run-step':
        return this.#work.runStep(action.step, state);
      case 'end-work':
        return this.#work.endWhatWasLeft(state);
      case 'upload':
        return this.#work.upload(action.entry, state, signal);
      case 'clean':
        return this.#work.clean(state);
      case 'report':
        return this.#work.report(state, signal);
      case 'forget':
        return this.#forget();
      default:
        return undefined;
    }
  }

  async #forget(): Promise<void> {
    this.#stopTimers();
    // Of a job that GitLab took away, a piece of the log may still be under way.
    await this.#trace.stop();
    this.#forgetting = this.#removeFolder();
    await this.#forgetting;
    this.#parts.listener.onClosed(this);
  }

  async #removeFolder(): Promise<void> {
    if (!this.#calls.isRunning) this.#spool.release();
    await this.#spool[Symbol.asyncDispose]();
    faultPoint('before-forget');
    // Most short jobs have none, and to look first is far cheaper.
    if (!existsSync(this.folder)) return;
    const obstacle = await removeFolder(this.folder);
    if (obstacle !== undefined) this.warn(`the job's folder stays behind: ${obstacle}`);
  }

  #receive(message: FromWorker, call: RunningCall): void {
    if (this.#isDetached) return;
    switch (message.type) {
      case 'spool-grew':
        this.#spool.grewTo(message.size);
        this.#trace.grew();
        return;
      case 'claimed':
        this.#work.noteClaim(message.pid, this.state);
        return;
      case 'once':
        this.#work.keepOnce(message, call, this.state);
        return;
      case 'begun':
        return;
      case 'console': {
        const { gitlabId } = this.state.context.job;
        this.#parts.services.logger[message.level]({ job: gitlabId }, message.text);
      }
    }
  }

  /** What an answer of GitLab says of the job, whatever the call was. */
  #hear(jobStatus: string): void {
    if (jobStatus === 'canceling') {
      this.submit({ type: 'job.cancel-requested', at: this.#now(), data: {} });
    } else if (jobStatus === 'canceled' || jobStatus === 'failed') {
      this.lose(200, jobStatus);
    }
  }

  #stopTimers(): void {
    this.#keepAlive.stop();
    this.#deadline.stop();
  }

  /** A bug, or a full disk, ends its own job, loudly; the job's state decides what can still be done. */
  #onBug(error: unknown): void {
    const { gitlabId } = this.state.context.job;
    const stack = error instanceof Error ? error.stack : undefined;
    const isFull = isOutOfSpace(error);
    const why = isFull ? `the runner's disk is full (${messageOf(error)})` : messageOf(error);
    const { logger } = this.#parts.services;
    logger.error({ job: gitlabId, stack }, isFull ? why : `a bug in the runner: ${why}`);
    this.#work.giveUp(why, this.state);
  }

  #onBroken(error: unknown): void {
    const code = isRunnerError(error) ? error.code : undefined;
    const { gitlabId } = this.state.context.job;
    this.#parts.services.logger.error(
      { job: gitlabId, code },
      `the job stops: ${messageOf(error)}`,
    );
    void this.detach();
  }

  #now(): number {
    return this.#parts.services.clock.now();
  }
}
