import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  RunnerError,
  systemClock,
  type ArtifactEntry,
  type ArtifactFile,
  type Clock,
  type Dependency,
  type Job,
  type JobLog,
  type TlsFiles,
} from '@fellrunner/core';

import { JobAcceptance } from '../job-acceptance.ts';
import { createDependencies } from '../worker/dependencies.ts';
import { JobTraceFilters } from '../worker/job-trace-filter.ts';
import { deliverFiles, notTaken } from './deliver-files.ts';
import { connect } from './connect.ts';
import { parseJobText, toJobText, type SessionOutcome } from './job-text.ts';
import { reportOutcome, takenAway } from './report-outcome.ts';
import { SessionDelivery } from './session-delivery.ts';
import { SessionLog } from './session-log.ts';
import type { SessionParts } from './session-parts.ts';
import type { TextOptions } from './session-text.ts';
import { SessionTrace } from './session-trace.ts';

export interface RestoreOptions extends TextOptions {
  /** Read again when they change. Proxies are named by the process's environment. */
  readonly tls?: TlsFiles;
  readonly clock?: Clock;
}

/**
 * A job in a program's own hands, from GitLab's answer to the result. It can be put into a text
 * and taken up by another process, hours later and on another machine.
 *
 * While the object lives, its log is sent in the background and GitLab hears that the job runs.
 * Its timers keep no process alive. `await using` ends that, and does not end the job.
 *
 * @example
 * ```ts
 * const job = await runner.requestJob();
 * await job?.log.line(`sent ${job.facts.sha} to the grid`);
 * await save(job?.serialize());
 * // in another process:
 * await using later = await JobSession.restore(await load());
 * await later.succeed();
 * ```
 */
export class JobSession implements AsyncDisposable {
  /** What GitLab says of the job: name, ref, sha, project, user, variables, steps. */
  readonly facts: Job;
  readonly log: JobLog;
  /** Aborts when GitLab does not want the job any more: canceled, or taken away. */
  readonly signal: AbortSignal;
  readonly #parts: SessionParts;
  readonly #trace: SessionTrace;
  readonly #log: SessionLog;
  readonly #delivery: SessionDelivery;
  readonly #acceptance: JobAcceptance;
  readonly #closer = new AbortController();
  readonly #unwanted = new AbortController();
  #folder: string | undefined;
  #dependencies: readonly Dependency[] | undefined;
  #isCanceled = false;
  #outcome: SessionOutcome | undefined;
  #ending: Promise<void> | undefined;

  /** Not for programs: see `RunnerSession.requestJob` and {@link JobSession.restore}. */
  constructor(parts: SessionParts) {
    const { client, clock, job, restored, server, state } = parts;
    this.#parts = parts;
    this.facts = job;
    this.signal = this.#unwanted.signal;
    const credentials = { jobId: job.id, token: job.token.reveal() };
    this.#acceptance = new JobAcceptance({ client, server, job: credentials, info: state.info });
    this.#trace = new SessionTrace({
      client,
      clock,
      job: credentials,
      acceptance: this.#acceptance,
      debugTrace: job.variables.value('CI_DEBUG_TRACE') === 'true',
      ...(restored && { restored }),
      onJobStatus: (status) => this.#hear(status),
      onGone: (_, jobStatus) => this.#lose(jobStatus),
    });
    this.#delivery = new SessionDelivery(this.#trace, clock, this.#closer.signal);
    this.#log = new SessionLog({
      filters: new JobTraceFilters(job, state.outputLimitBytes),
      marksSections: job.features.traceSections,
      state: state.masking,
      onOutput: (text) => {
        this.#trace.write(text);
        this.#delivery.grew();
      },
    });
    this.log = this.#log;
    this.#outcome = state.outcome;
    if (state.outcome !== undefined) this.#log.end();
  }

  /**
   * Takes up a job from the text that `serialize` made, and asks GitLab how much of the log it
   * has. The same text may be restored again, after a crash say: what its log says is not sent
   * twice, and what others have written since keeps its place in the log. Where GitLab has ended
   * the job meanwhile, {@link signal} is aborted.
   *
   * @throws RunnerError `PAYLOAD_INVALID` where the text is no job's; `GITLAB_UNREACHABLE`
   *   (retryable) where GitLab does not answer.
   */
  static async restore(text: string, options: RestoreOptions = {}): Promise<JobSession> {
    const { clock = systemClock, tls } = options;
    const { job, log, ...state } = parseJobText(text, options);
    const { client, network } = connect(state.url, tls);
    const session = new JobSession({
      client,
      network,
      clock,
      server: { hasTwoPhases: false },
      job,
      state,
      restored: log,
      close: () => client[Symbol.asyncDispose](),
    });
    const place = await session.#trace.ask(session.#closer.signal);
    if (place.kind !== 'trouble') return session;
    await session[Symbol.asyncDispose]();
    throw new RunnerError('GITLAB_UNREACHABLE', place.why, { retryable: true });
  }

  /** GitLab's id of the job. */
  get id(): number {
    return this.facts.id;
  }

  /** The lines of the job's `script`, as they were written. */
  get script(): readonly string[] {
    return this.#step('script');
  }

  /** The lines of its `after_script`. */
  get afterScript(): readonly string[] {
    return this.#step('after_script');
  }

  /**
   * Whether somebody canceled the job, by GitLab's last word. That comes with each piece of the
   * log, and every few seconds while there is none; {@link refresh} asks at once.
   */
  get isCanceled(): boolean {
    return this.#isCanceled;
  }

  /** `running` until `succeed` or `fail` is called. */
  get state(): 'running' | 'success' | 'failed' {
    return this.#outcome?.status ?? 'running';
  }

  /** The artifacts of earlier jobs; each is downloaded when it is first asked for. */
  get dependencies(): Iterable<Dependency> {
    const { client, network } = this.#parts;
    const place = { url: client.url, network, folder: this.#useFolder() };
    this.#dependencies ??= createDependencies(this.facts, place, this.#closer.signal);
    return this.#dependencies;
  }

  /** Tells GitLab that the job runs, and hears whether it still should. */
  async refresh(): Promise<void> {
    await this.#trace.ask(this.#closer.signal);
  }

  /**
   * Resolves when GitLab has the log as far as it is written, however long that takes. What may be
   * the beginning of a masked secret waits for what follows it.
   */
  async flush(): Promise<void> {
    this.#throwFailure();
    await this.#trace.drain(this.#closer.signal);
  }

  /**
   * Packs files and uploads them as one artifact, until GitLab has answered. Nothing given, it is
   * an archive as `artifacts:paths` makes it; an entry of `facts.artifacts` may be given.
   *
   * @throws RunnerError `GITLAB_UNEXPECTED` where GitLab refuses it, with its reason.
   */
  async uploadArtifact(
    files: AsyncIterable<ArtifactFile> | Iterable<ArtifactFile>,
    entry: Partial<Pick<ArtifactEntry, 'name' | 'type' | 'format' | 'expireIn'>> = {},
  ): Promise<void> {
    const end = await deliverFiles({
      files,
      entry,
      folder: this.#useFolder(),
      acceptance: this.#acceptance,
      client: this.#parts.client,
      clock: this.#parts.clock,
      job: { jobId: this.id, token: this.facts.token.reveal() },
      signal: this.#closer.signal,
    });
    if (end.kind === 'gone') this.#lose(end.jobStatus);
    if (end.kind !== 'uploaded') throw notTaken(end);
  }

  /**
   * Reports success, after the rest of the log, for as long as it takes until GitLab has answered.
   * A job that was canceled meanwhile stays so: {@link isCanceled} says it.
   *
   * @throws RunnerError `GITLAB_UNAUTHORIZED` where GitLab has taken the job away or ended it
   *   otherwise.
   */
  succeed(): Promise<void> {
    return this.#end({ status: 'success' });
  }

  /** Reports failure as {@link succeed} does success; the reason is one of GitLab's. */
  fail(reason = 'script_failure', exitCode?: number): Promise<void> {
    return this.#end({ status: 'failed', reason, exitCode });
  }

  /**
   * The job as a text, from which {@link JobSession.restore} goes on: with its token, its
   * variables and its whole log. Whoever reads it can act as the job, so keep it as a password is
   * kept, or give a key. What is written to the log after this is not in it.
   */
  serialize(options: TextOptions = {}): string {
    const { url, info, payload, outputLimitBytes } = this.#parts.state;
    const masking = this.#log.state;
    const log = this.#trace.share();
    const outcome = this.#outcome;
    return toJobText({ url, info, payload, outputLimitBytes, log, masking, outcome }, options);
  }

  /** Leaves the job as it is. What GitLab does not have of the log is in the text, or lost. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closer.abort();
    this.#delivery.stop();
    await this.#parts.close?.();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #step(name: string): readonly string[] {
    return this.facts.steps.find((step) => step.name === name)?.script ?? [];
  }

  #useFolder(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'fellrunner-session-'));
    return this.#folder;
  }

  #hear(jobStatus: string): void {
    if (jobStatus !== 'canceling' && jobStatus !== 'canceled') return;
    this.#isCanceled = true;
    this.#unwanted.abort('canceled');
  }

  #lose(jobStatus: string | undefined): void {
    if (jobStatus !== undefined) this.#hear(jobStatus);
    this.#unwanted.abort('gone');
  }

  async #end(outcome: SessionOutcome): Promise<void> {
    if (this.#outcome !== undefined && this.#outcome.status !== outcome.status) {
      throw new Error(`The job has ended already: ${this.#outcome.status}.`);
    }
    this.#outcome ??= outcome;
    this.#ending ??= this.#report(this.#outcome);
    await this.#ending;
  }

  async #report(outcome: SessionOutcome): Promise<void> {
    this.#throwFailure();
    this.#delivery.stop();
    this.#log.end();
    const { client, clock, state } = this.#parts;
    const end = await reportOutcome({
      client,
      clock,
      outcome,
      info: state.info,
      job: this.facts,
      trace: this.#trace,
      acceptance: this.#acceptance,
      signal: this.#closer.signal,
    });
    if (end.kind !== 'gone') return;
    this.#lose(end.jobStatus);
    if (!this.#isCanceled && end.jobStatus !== outcome.status) throw takenAway(this.id, end);
  }

  #throwFailure(): void {
    if (this.#delivery.failure !== undefined) throw this.#delivery.failure as Error;
  }
}
