import {
  faultPoint,
  JobActor,
  type Attachments,
  type EventLog,
  type JobEvent,
  type JobKey,
  type JobReceived,
  type JobState,
} from '@fellrunner/core';

/** What can be handed in: all but the first event of a job. */
export type LaterEvent = Exclude<JobEvent, JobReceived>;

/** A batch of events on its way into the log, and the state that it leads to. */
interface Batch {
  events: JobEvent[];
  attachments: Attachments;
}

export interface MailboxOptions {
  readonly log: EventLog;
  readonly actor: JobActor;
  /** Undefined for a job that is not in the log yet: the first batch opens its stream. */
  readonly stored: { readonly key: JobKey; readonly length: number } | undefined;
  readonly payload: string;
  readonly received: JobReceived | undefined;
  /** Called after each commit, in order, with the state that is durable then. */
  readonly onCommitted: (state: JobState, attachments: Attachments) => void;
  /** The log refuses a write for good: a bug or a store that others write to. */
  readonly onBroken: (error: unknown) => void;
}

/**
 * A job's mailbox. An input is judged against everything decided so far, committed or not; one
 * that no longer applies is dropped before it becomes an event. Events of one tick go into the
 * log together, and nothing is done about them before they are durable.
 */
export class JobMailbox {
  readonly #options: MailboxOptions;
  readonly #actor: JobActor;
  #key: JobKey | undefined;
  #length: number;
  #batch: Batch | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isScheduled = false;
  #isShut = false;

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#actor = options.actor;
    this.#key = options.stored?.key;
    this.#length = options.stored?.length ?? 0;
    if (options.received !== undefined) this.#enqueue(options.received, {});
  }

  /** Where the job stands with all that is decided. */
  get head(): JobState {
    return this.#actor.state;
  }

  /** @throws Error before the first commit, when the job has no key yet. */
  get key(): JobKey {
    if (this.#key === undefined) throw new Error('The job has no key before its first commit.');
    return this.#key;
  }

  /** Whether the event applied; if so, it will be in the log. */
  submit(event: LaterEvent, attachments: Attachments = {}): boolean {
    if (this.#isShut || !this.#actor.take(event)) return false;
    this.#enqueue(event, attachments);
    return true;
  }

  /** Resolves when all that was handed in so far is durable. */
  committed(): Promise<void> {
    this.#write();
    return this.#writing;
  }

  /** Takes nothing more, and resolves when all that was taken is durable. */
  async shut(): Promise<void> {
    this.#isShut = true;
    do await this.#writing;
    while (this.#batch !== undefined);
  }

  /** A trace head replaces an earlier one; a `once` result has a batch to itself. */
  #enqueue(event: JobEvent, attachments: Attachments): void {
    const hasAttachments =
      attachments.onceResult !== undefined || attachments.traceHead !== undefined;
    // The first batch opens the stream and can carry nothing but events.
    if (hasAttachments && this.#batch?.events[0]?.type === 'job.received') this.#write();
    this.#batch ??= { events: [], attachments: {} };
    this.#batch.events.push(event);
    this.#batch.attachments = { ...this.#batch.attachments, ...attachments };
    if (attachments.onceResult !== undefined) this.#write();
    else this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#write();
    });
  }

  #write(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    this.#batch = undefined;
    const state = this.#actor.state;
    this.#writing = this.#writing.then(() => this.#commit(batch, state));
  }

  async #commit({ events, attachments }: Batch, state: JobState): Promise<void> {
    const { log, payload, onCommitted, onBroken } = this.#options;
    for (const { type } of events) faultPoint(`before-append/${type}`);
    try {
      if (this.#key === undefined) {
        this.#key = await log.receive(payload, events as [JobReceived, ...JobEvent[]]);
      } else {
        await log.append(this.#key, this.#length, events, attachments);
      }
      this.#length += events.length;
    } catch (error) {
      this.#isShut = true;
      onBroken(error);
      return;
    }
    for (const { type } of events) faultPoint(`after-append/${type}`);
    onCommitted(state, attachments);
  }
}
