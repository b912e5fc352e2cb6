import type { JobEvent, JobReceived } from '../job/job-event.ts';

/** A job's key in its store; GitLab's id is unique only per server. Never given twice. */
export type JobKey = number & { readonly __brand: 'JobKey' };

/** An event in its place: `position` counts from 0 in its job's stream. */
export type StoredEvent = JobEvent & {
  readonly jobKey: JobKey;
  readonly position: number;
  readonly schemaVersion: number;
};

/**
 * Where facts become durable. One live engine owns a log; readers may look on.
 *
 * Every promise of a write resolves after the fsync, never before, and in the order of the calls.
 * A write that finds no room or a failing disk is kept and tried again: its promise stays
 * pending, and {@link EventLog.health} says why. `eventLogContract` in the testkit holds all of it.
 */
export interface EventLog extends AsyncDisposable {
  /** Names this store in the marks of processes; made with the store, never changed. */
  readonly storeId: string;

  /** Where each job has its folder, named by its key: on a disk of this machine, beside the log. */
  readonly jobsDir: string;

  /**
   * Opens a job's stream with its payload (encrypted under a key of the job's own) and its first
   * events, of which the first is `job.received`.
   */
  receive(payload: string, events: readonly [JobReceived, ...JobEvent[]]): Promise<JobKey>;

  /**
   * Appends all of the events or none. `expectedPosition` is the position of the first of them.
   * A `job.closed` deletes the job's key, payload, results and trace head in the same commit.
   *
   * @throws RunnerError `EVENT_LOG_CONFLICT` where the stream's end is elsewhere, or the job is
   *   closed.
   */
  append(
    jobKey: JobKey,
    expectedPosition: number,
    events: readonly JobEvent[],
    attachments?: Attachments,
  ): Promise<void>;

  /** The events of a job in order; empty where the key is not known. */
  read(jobKey: JobKey): Promise<readonly StoredEvent[]>;

  /** What GitLab sent for a job, until it is closed; undefined where its key is lost too. */
  payload(jobKey: JobKey): Promise<string | undefined>;

  /** The results of one step's `once`, in the order in which they were committed. */
  onceResults(jobKey: JobKey, step: number): Promise<readonly OnceResult[]>;

  /** The masked beginning of a job's trace, where it is kept in the store. */
  traceHead(jobKey: JobKey): Promise<Uint8Array | undefined>;

  /** The jobs that are not closed, oldest first. */
  unfinished(): Promise<readonly JobKey[]>;

  /** A small value kept with the store, such as the runner's `system_id`. */
  note(name: string): Promise<string | undefined>;
  setNote(name: string, value: string): Promise<void>;

  /** Whether writes get through; while they do not, the runner asks for no jobs. */
  readonly health: StoreHealth;
  /** Calls back at each change of {@link health}; the result ends it. */
  onHealth(listener: (health: StoreHealth) => void): () => void;
}

export interface Attachments {
  /** The result of the `once.committed` that is appended: JSON text or bytes, encrypted at rest. */
  readonly onceResult?: OnceValue;
  /** The whole trace head as it is after these events; masked already, so it is not encrypted. */
  readonly traceHead?: Uint8Array;
}

export type OnceValue =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

export interface OnceResult {
  readonly key: string;
  /** How long the spool was when the result was committed. */
  readonly spoolOffset: number;
  readonly value: OnceValue;
}

export type StoreHealth =
  { readonly writable: true } | { readonly writable: false; readonly why: string };
