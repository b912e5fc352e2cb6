import { crc32 } from 'node:zlib';

import {
  isRunnerError,
  patchTrace,
  type Clock,
  type GitLabClient,
  type JobCredentials,
  type TraceAnswer,
} from '@fellrunner/core';

import { Backoff } from '../backoff.ts';
import type { JobAcceptance } from '../job-acceptance.ts';
import { PatchSize } from '../trace/patch-size.ts';
import type { DrainEnd } from '../trace/trace-sender.ts';
import { waitUntil } from '../wait-until.ts';

export interface SessionTraceOptions {
  readonly client: GitLabClient;
  readonly job: JobCredentials;
  readonly debugTrace: boolean;
  readonly clock: Clock;
  readonly acceptance: JobAcceptance;
  /** What the text that the session goes on from has of the trace; nothing for a new job. */
  readonly restored?: Uint8Array;
  /** Every answer that says how the job stands at GitLab. */
  readonly onJobStatus: (jobStatus: string) => void;
  readonly onGone: (status: number, jobStatus: string | undefined) => void;
}

/** How an attempt to bring everything to GitLab ended. */
type Attempt = DrainEnd | Trouble;

interface Trouble {
  readonly kind: 'trouble';
  readonly why: string;
  readonly retryAfterMs?: number | undefined;
}

const COMPLETE = { kind: 'complete' } as const;
const NOTHING = new Uint8Array();
const FIRST_INTERVAL_MS = 3000;

/**
 * A session's log on its way to GitLab, kept in memory as GitLab has it or will have it.
 *
 * The engine's `TraceSender` is the only one to write its job's trace. A session is not: a text may
 * be restored twice, or late. So GitLab is asked where its trace ends before a piece goes out, what
 * others wrote keeps its place, and what is ours follows it. Without asking, a piece that happens
 * to end where theirs did would be taken for one that had arrived before.
 */
export class SessionTrace {
  readonly #options: SessionTraceOptions;
  readonly #backoff = new Backoff({ firstMs: 1000, mostMs: 60_000 });
  readonly #patchSize = new PatchSize();
  #joined: Buffer;
  /** What was written since, in the pieces in which it came. */
  #written: Uint8Array[] = [];
  #size: number;
  /** How much of it GitLab has, by its last answer. */
  #known: number;
  /** How much of it lies in texts that others may go on from: they send the same before their own. */
  #shared: number;
  /** Where a piece ends that got no answer: it may have arrived. */
  #attempted: number | undefined;
  /** Others may write into the trace as well. */
  #isShared: boolean;
  /** A piece got no answer, or none that says whether it was taken. */
  #isInDoubt = false;
  #lastContactAt = 0;
  #intervalMs = FIRST_INTERVAL_MS;
  /** Attempts come one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SessionTraceOptions) {
    const { restored } = options;
    this.#options = options;
    this.#isShared = restored !== undefined;
    this.#joined = Buffer.from(restored ?? NOTHING);
    this.#size = this.#known = this.#shared = this.#joined.length;
  }

  get size(): number {
    return this.#size;
  }

  /** How much GitLab does not have. */
  get waitingBytes(): number {
    return this.#size - this.#known;
  }

  /** When GitLab last heard of the job. */
  get lastContactAt(): number {
    return this.#lastContactAt;
  }

  /** How often GitLab wants to hear of it. */
  get intervalMs(): number {
    return this.#intervalMs;
  }

  write(text: Uint8Array): void {
    this.#written.push(text);
    this.#size += text.length;
  }

  /** The trace as it is here, for a text; from here on others may write into it as well. */
  share(): Uint8Array {
    this.#shared = this.#size;
    this.#isShared = true;
    return this.#bytes;
  }

  /** Asks GitLab how much it has, and for its word on the job. */
  ask(signal: AbortSignal): Promise<Attempt> {
    return this.#inTurn(() => this.#exchange(NOTHING, signal));
  }

  /** Brings everything to GitLab, or learns why that is not possible at the moment. */
  attempt(signal: AbortSignal): Promise<Attempt> {
    return this.#inTurn(() => this.#attempt(signal));
  }

  /** Brings everything to GitLab, for as long as that takes. */
  async drain(signal: AbortSignal): Promise<DrainEnd> {
    const { clock } = this.#options;
    for (;;) {
      const end = await this.attempt(signal);
      if (end.kind !== 'trouble') return end;
      await waitUntil(clock, clock.now() + this.#backoff.next(end.retryAfterMs), signal);
    }
  }

  /** GitLab lost what it had (412): all of it goes out again. */
  rewind(): void {
    this.#shared = Math.max(this.#shared, this.#known);
    this.#known = 0;
  }

  /** As gitlab-runner writes it. GitLab only counts those that do not fit. */
  async checksum(): Promise<string> {
    return `crc32:${crc32(this.#bytes).toString(16).padStart(8, '0')}`;
  }

  get #bytes(): Buffer {
    if (this.#written.length > 0) {
      this.#joined = Buffer.concat([this.#joined, ...this.#written.splice(0)]);
    }
    return this.#joined;
  }

  #inTurn(work: () => Promise<Attempt>): Promise<Attempt> {
    const turn = this.#last.then(work);
    // Whoever asked for the turn hears of its error; the next one comes all the same.
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #attempt(signal: AbortSignal): Promise<Attempt> {
    let end: Attempt = COMPLETE;
    while (this.waitingBytes > 0 && end.kind === 'complete') {
      if (this.#isShared || this.#isInDoubt) end = await this.#exchange(NOTHING, signal);
      if (end.kind === 'complete') end = await this.#exchange(this.#nextPiece(), signal);
    }
    if (end.kind === 'complete') this.#backoff.reset();
    return end;
  }

  #nextPiece(): Uint8Array {
    return this.#bytes.subarray(this.#known, this.#known + this.#patchSize.bytes);
  }

  async #exchange(bytes: Uint8Array, signal: AbortSignal): Promise<Attempt> {
    const { client, debugTrace, job } = this.#options;
    const piece = { ...job, debugTrace, offset: this.#known, bytes };
    try {
      return await this.#take(await patchTrace(client, piece, signal), bytes.length);
    } catch (error) {
      if (!isRunnerError(error)) throw error;
      this.#doubt(bytes.length);
      return { kind: 'trouble', why: error.message };
    }
  }

  async #take(answer: TraceAnswer, length: number): Promise<Attempt> {
    switch (answer.kind) {
      case 'accepted':
        this.#isInDoubt = false;
        this.#known += length;
        this.#lastContactAt = this.#options.clock.now();
        this.#intervalMs = answer.intervalMs ?? this.#intervalMs;
        if (answer.jobStatus !== undefined) this.#options.onJobStatus(answer.jobStatus);
        return COMPLETE;
      case 'wrong-offset':
        this.#follow(answer.serverOffset);
        return COMPLETE;
      case 'gone':
        return this.#lose(answer.status, answer.jobStatus);
      case 'unaccepted':
        return this.#accept();
      case 'too-large':
        return this.#halve(length);
      case 'busy':
        this.#doubt(length);
        return {
          kind: 'trouble',
          why: `GitLab answers ${answer.status} to the log`,
          retryAfterMs: answer.retryAfterMs,
        };
    }
  }

  /** The piece may have arrived, and others may have written since. */
  #doubt(length: number): void {
    if (length > 0) this.#attempted = this.#known + length;
    this.#isInDoubt = true;
  }

  /** GitLab's trace ends elsewhere than we knew: by a piece of ours, or by what others wrote. */
  #follow(serverBytes: number): void {
    const ours = Math.max(this.#shared, this.#known);
    const isOurs = serverBytes <= ours || serverBytes === this.#attempted;
    this.#attempted = undefined;
    this.#isInDoubt = false;
    this.#known = serverBytes;
    if (isOurs) return;
    // What others wrote is not known here. Empty lines stand for it, should GitLab lose the trace.
    const room = Buffer.alloc(serverBytes - ours, '\n');
    const bytes = this.#bytes;
    this.#joined = Buffer.concat([bytes.subarray(0, ours), room, bytes.subarray(ours)]);
    this.#size = this.#joined.length;
  }

  #halve(length: number): Attempt {
    const before = this.#patchSize.bytes;
    this.#patchSize.halve();
    if (length > 0 && this.#patchSize.bytes < before) return COMPLETE;
    return { kind: 'trouble', why: 'GitLab refuses a piece of the log as too large (413)' };
  }

  async #accept(): Promise<Attempt> {
    const acceptance = await this.#options.acceptance.accept();
    if (acceptance === 'refused') return this.#lose(409, undefined);
    if (acceptance === 'accepted') return COMPLETE;
    return { kind: 'trouble', why: 'GitLab does not take the job up' };
  }

  #lose(status: number, jobStatus: string | undefined): Attempt {
    this.#options.onGone(status, jobStatus);
    return { kind: 'gone', status, jobStatus };
  }
}
