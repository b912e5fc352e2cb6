import type { EventLog, JobEvent, JobKey, ReceivedJob, StoredEvent } from '@fellrunner/core';

/** A job, as far as those who look on need to know it. */
export interface ObservedJob {
  readonly key: JobKey;
  readonly receivedAt: number;
  readonly facts: ReceivedJob;
}

export type JobObserver = (job: ObservedJob, event: JobEvent) => void;

/**
 * An event log that tells an observer of each event once it is durable: what the command prints
 * and counts is what the store holds.
 */
export class ObservedLog implements EventLog {
  readonly #log: EventLog;
  readonly #observe: JobObserver;
  readonly #jobs = new Map<JobKey, ObservedJob>();

  constructor(log: EventLog, observe: JobObserver) {
    this.#log = log;
    this.#observe = observe;
  }

  /** The jobs that are not closed and were received or taken up here. */
  get jobs(): Iterable<ObservedJob> {
    return this.#jobs.values();
  }

  get storeId(): string {
    return this.#log.storeId;
  }

  get jobsDir(): string {
    return this.#log.jobsDir;
  }

  get health(): EventLog['health'] {
    return this.#log.health;
  }

  async receive(...args: Parameters<EventLog['receive']>): Promise<JobKey> {
    const key = await this.#log.receive(...args);
    const [, events] = args;
    this.#know(key, events[0]);
    this.#tell(key, events);
    return key;
  }

  async append(...args: Parameters<EventLog['append']>): Promise<void> {
    await this.#log.append(...args);
    const [key, , events] = args;
    this.#tell(key, events);
  }

  /** A job that is taken up is read before anything is appended to it. */
  async read(key: JobKey): Promise<readonly StoredEvent[]> {
    const events = await this.#log.read(key);
    this.#know(key, events[0]);
    return events;
  }

  payload(key: JobKey): ReturnType<EventLog['payload']> {
    return this.#log.payload(key);
  }

  onceResults(key: JobKey, step: number): ReturnType<EventLog['onceResults']> {
    return this.#log.onceResults(key, step);
  }

  traceHead(key: JobKey): ReturnType<EventLog['traceHead']> {
    return this.#log.traceHead(key);
  }

  unfinished(): ReturnType<EventLog['unfinished']> {
    return this.#log.unfinished();
  }

  note(name: string): ReturnType<EventLog['note']> {
    return this.#log.note(name);
  }

  setNote(name: string, value: string): Promise<void> {
    return this.#log.setNote(name, value);
  }

  onHealth(...args: Parameters<EventLog['onHealth']>): () => void {
    return this.#log.onHealth(...args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#log[Symbol.asyncDispose]();
  }

  #know(key: JobKey, first: JobEvent | undefined): void {
    if (first?.type !== 'job.received') return;
    this.#jobs.set(key, { key, receivedAt: first.at, facts: first.data });
  }

  #tell(key: JobKey, events: readonly JobEvent[]): void {
    const job = this.#jobs.get(key);
    if (job === undefined) return;
    for (const event of events) this.#observe(job, event);
    if (events.at(-1)?.type === 'job.closed') this.#jobs.delete(key);
  }
}
