import {
  faultPoint,
  isRunnerError,
  messageOf,
  patchTrace,
  type Clock,
  type GitLabClient,
  type JobCredentials,
  type TraceAnswer,
  type TracePatch,
} from '@fellrunner/core';
import { exhaustMap } from 'rxjs/internal/operators/exhaustMap';
import { Subject } from 'rxjs/internal/Subject';
import type { Subscription } from 'rxjs/internal/Subscription';

import { Backoff } from '../backoff.ts';
import type { JobAcceptance } from '../job-acceptance.ts';
import { waitUntil } from '../wait-until.ts';
import { pauseBetween, SPACING_MS } from './log-pace.ts';
import { behindLine } from './lost-bytes.ts';
import { LEAST_BYTES, WHOLE_BYTES, type PatchSize } from './patch-size.ts';
import type { Spool } from './spool.ts';
import { whenDue } from './when-due.ts';

const FIRST_INTERVAL_MS = 3000;

export interface TraceSenderOptions {
  readonly client: GitLabClient;
  readonly job: JobCredentials;
  /** Whether its work goes on after a power cut; then GitLab never has more than the disk. */
  readonly outlivesReboot: boolean;
  readonly debugTrace: boolean;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly patchSize: PatchSize;
  readonly acceptance: JobAcceptance;
  /** Every answer that says how the job stands at GitLab. */
  readonly onJobStatus: (jobStatus: string) => void;
  /** What an operator has to know of the log. */
  readonly onTrouble?: (trouble: string) => void;
  /** GitLab does not want the trace any more. */
  readonly onGone: (status: number, jobStatus: string | undefined) => void;
}

export type DrainEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'gone'; readonly status: number; readonly jobStatus: string | undefined };

/**
 * Brings the spool to GitLab: growth → when due → PATCH from the spool → acknowledged offset.
 * What GitLab has is always a beginning of the spool, and GitLab's word on how much that is counts.
 */
export class TraceSender {
  readonly #options: TraceSenderOptions;
  readonly #growth = new Subject<void>();
  readonly #backoff: Backoff;
  #pacing: Subscription | undefined;
  #sending: Promise<unknown> = Promise.resolve();
  #acknowledged = 0;
  /** What the spool had when this runner began with it. */
  readonly #keptSize: number;
  /** How much of the spool was put on its way, whether an answer came or not. */
  #sentTo: number;
  /** Whether GitLab has to say first how much an earlier runner has sent. */
  #asksFirst: boolean;
  /** A line of the sender's own, which goes before anything else. */
  #notice: Buffer | undefined;
  #isDraining = false;
  #intervalMs = FIRST_INTERVAL_MS;
  #lastSentAt = 0;
  /** When bytes were sent last: an empty piece, which only asks, holds up no output. */
  #lastBytesAt = 0;
  #retryAt = 0;
  /** Whether GitLab has found that there are too many PATCHes (429). */
  #isLimited = false;
  #isStopped = false;
  #lastContactAt: number;
  /** Why nothing gets through, while nothing does. */
  trouble: string | undefined;

  constructor(options: TraceSenderOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ firstMs: 1000, mostMs: 60_000 });
    this.#lastContactAt = options.clock.now();
    this.#keptSize = options.spool.size;
    this.#sentTo = this.#keptSize;
    this.#asksFirst = options.spool.isTakenUp;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** When GitLab last heard of the job through its trace. */
  get lastContactAt(): number {
    return this.#lastContactAt;
  }

  /** How often GitLab wants to hear of the job, by its last answer. */
  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** The spool may have grown; a PATCH goes out when it is due. */
  grew(): void {
    if (this.#isStopped || !this.#hasToSend) return;
    this.#pacing ??= this.#growth
      .pipe(
        whenDue(this.#options.clock, () => this.#dueAt()),
        exhaustMap(() => this.#sendDue()),
      )
      .subscribe(() => {
        if (this.#hasToSend) this.#growth.next();
      });
    this.#growth.next();
  }

  /** Ends the pacing for good; a PATCH that is under way is awaited. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#pacing?.unsubscribe();
    this.#pacing = undefined;
    await this.#sending;
  }

  /** GitLab lost what it had (412): all of it goes out again. */
  rewind(): void {
    this.#acknowledged = 0;
    if (this.#options.spool.lead > 0) this.#options.spool.lead = 0;
  }

  /** Sends the rest, back to back, until GitLab has all of it or does not want it. */
  async drain(signal: AbortSignal, onTrouble: (why: string) => void): Promise<DrainEnd> {
    await this.stop();
    this.#isDraining = true;
    while (this.#waiting > 0 || this.#notice !== undefined) {
      signal.throwIfAborted();
      const answer = await this.#send(signal);
      if (answer?.kind === 'gone') {
        return { kind: 'gone', status: answer.status, jobStatus: answer.jobStatus };
      }
      if (this.trouble === undefined) continue;
      onTrouble(this.trouble);
      await waitUntil(this.#options.clock, this.#retryAt, signal);
    }
    return { kind: 'complete' };
  }

  /** A job that was taken up asks at once, whatever it has printed: GitLab hears that it goes on. */
  get #hasToSend(): boolean {
    return this.#asksFirst || this.#waiting > 0;
  }

  get #waiting(): number {
    return this.#sendable - this.#acknowledged;
  }

  /** What a kill would take from this machine is not for GitLab yet. */
  get #sendable(): number {
    const { spool } = this.#options;
    return this.#isDraining ? spool.size : spool.durableSize;
  }

  #dueAt(): number {
    if (this.#waiting >= WHOLE_BYTES && !this.#isLimited) return this.#retryAt;
    const pause = pauseBetween(this.#waiting, this.#intervalMs);
    return Math.max(this.#lastSentAt + SPACING_MS, this.#lastBytesAt + pause, this.#retryAt);
  }

  /** Sends what waits, and an empty piece where nothing does: the answer says how the job stands. */
  async touch(): Promise<void> {
    if (this.#options.clock.now() < this.#retryAt) return;
    await this.#sendAfterOthers(() => true);
  }

  #sendDue(): Promise<void> {
    return this.#sendAfterOthers(() => this.#hasToSend);
  }

  /** One after the other: two pieces under way at once could arrive in either order. */
  async #sendAfterOthers(isWanted: () => boolean): Promise<void> {
    const turn = this.#sending.then(() =>
      this.#isStopped || !isWanted() ? undefined : this.#send(undefined),
    );
    // Whoever comes next waits for this one's end, good or bad.
    this.#sending = turn.catch(() => undefined);
    const answer = await turn;
    if (answer?.kind === 'gone') this.#options.onGone(answer.status, answer.jobStatus);
  }

  /** One PATCH; a network that fails is no answer. */
  async #send(signal: AbortSignal | undefined): Promise<TraceAnswer | undefined> {
    if (this.#notice !== undefined) return this.#sendNotice(this.#notice, signal);
    const { spool, patchSize } = this.#options;
    // An empty piece at the end of what was kept is enough to hear whether GitLab's end is there.
    const from = this.#asksFirst ? this.#keptSize : this.#acknowledged;
    const most = this.#asksFirst ? 0 : Math.max(0, this.#waiting);
    const bytes = await this.#read(from, Math.min(patchSize.bytes, most));
    if (bytes === undefined) return undefined;
    this.#sentTo = Math.max(this.#sentTo, from + bytes.length);
    const answer = await this.#patch(from + spool.lead, bytes, signal);
    if (answer?.kind === 'accepted') this.#acknowledged = from + bytes.length;
    return answer;
  }

  /** What cannot be read now (too many open files, say) may be later; it ends no more than this try. */
  async #read(from: number, length: number): Promise<TracePatch['bytes'] | undefined> {
    const { outlivesReboot, spool } = this.#options;
    try {
      const bytes = await spool.piece(from, length);
      if (outlivesReboot) await spool.sync(from + bytes.length);
      if (bytes.length > 0 || length === 0) return bytes;
      this.#retryLater(`the log in ${spool.file} is shorter than it was`);
    } catch (error) {
      this.#retryLater(`the log cannot be read: ${messageOf(error)}`);
    }
    return undefined;
  }

  async #sendNotice(
    line: Buffer,
    signal: AbortSignal | undefined,
  ): Promise<TraceAnswer | undefined> {
    const at = this.#keptSize + this.#options.spool.lead - line.length;
    const answer = await this.#patch(at, line, signal);
    if (answer?.kind === 'accepted') this.#notice = undefined;
    return answer;
  }

  async #patch(
    offset: number,
    bytes: TracePatch['bytes'],
    signal: AbortSignal | undefined,
  ): Promise<TraceAnswer | undefined> {
    const { client, clock, job, debugTrace } = this.#options;
    this.#lastSentAt = clock.now();
    if (bytes.length > 0) this.#lastBytesAt = this.#lastSentAt;
    faultPoint('before-patch');
    try {
      const answer = await patchTrace(client, { ...job, offset, bytes, debugTrace }, signal);
      faultPoint('after-patch');
      if (answer.kind === 'unaccepted') return await this.#acceptJob();
      this.#accept(answer, offset, bytes);
      return answer;
    } catch (error) {
      if (!isRunnerError(error)) throw error;
      this.#retryLater(error.message);
      return undefined;
    }
  }

  /** A job that was handed out in two phases takes its log after the second. */
  async #acceptJob(): Promise<TraceAnswer | undefined> {
    const acceptance = await this.#options.acceptance.accept();
    if (acceptance === 'refused') return { kind: 'gone', status: 409, jobStatus: undefined };
    if (acceptance === 'unanswered') this.#retryLater('GitLab does not take the job up');
    return undefined;
  }

  #accept(
    answer: Exclude<TraceAnswer, { kind: 'unaccepted' }>,
    offset: number,
    bytes: TracePatch['bytes'],
  ): void {
    const { clock, onJobStatus, patchSize, spool } = this.#options;
    switch (answer.kind) {
      case 'accepted':
        this.#asksFirst = false;
        this.#intervalMs = answer.intervalMs ?? this.#intervalMs;
        this.#lastContactAt = clock.now();
        this.#hasWorked();
        if (answer.jobStatus !== undefined) onJobStatus(answer.jobStatus);
        return;
      case 'wrong-offset':
        this.#goOnAt(answer.serverOffset);
        if (this.#acknowledged + spool.lead !== offset) this.#hasWorked();
        else this.#retryLater('GitLab refuses the log where it says that it ends (416)');
        return;
      case 'too-large':
        patchSize.halve();
        if (bytes.length <= LEAST_BYTES)
          this.#retryLater('GitLab refuses a piece of the log as too large (413)');
        return;
      case 'busy':
        this.#isLimited ||= answer.status === 429;
        this.#retryLater(`GitLab answers ${answer.status} to the log`, answer.retryAfterMs);
        return;
      case 'gone':
        this.#hasWorked();
    }
  }

  /** GitLab's offset counts, not ours: after a crash it may hold bytes that we never recorded. */
  #goOnAt(serverSize: number): void {
    const { spool } = this.#options;
    const place = Math.max(0, serverSize - spool.lead);
    this.#asksFirst = false;
    // More than an earlier runner left and this one has sent was here once, and is here no more.
    if (place > this.#sentTo) this.#goOnBehind(serverSize);
    else this.#acknowledged = place;
  }

  /**
   * GitLab has what was lost here, and it cannot be asked for it: what is new goes behind, after
   * a line that says so. Work that is begun again may show a piece twice by that; none is missing.
   */
  #goOnBehind(serverSize: number): void {
    const { onTrouble, spool } = this.#options;
    const lost = serverSize - spool.lead - this.#keptSize;
    onTrouble?.(`GitLab has ${lost} bytes of the log that were lost here; it keeps them`);
    this.#notice = behindLine(lost);
    this.#acknowledged = this.#keptSize;
    spool.lead = serverSize + this.#notice.length - this.#keptSize;
  }

  #hasWorked(): void {
    this.trouble = undefined;
    this.#retryAt = 0;
    this.#backoff.reset();
  }

  #retryLater(why: string, askedMs?: number): void {
    this.trouble = why;
    this.#retryAt = this.#options.clock.now() + this.#backoff.next(askedMs);
  }
}
