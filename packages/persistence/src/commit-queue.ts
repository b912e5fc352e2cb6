import { messageOf, RunnerError, type Clock, type StoreHealth } from '@fellrunner/core';

import { query, type Connection, type Query } from './connection.ts';
import { HealthSwitch } from './health-switch.ts';
import { isDamage, isTransient, toStoreError } from './store-error.ts';

/** One caller's change, made in a savepoint of its own. */
export interface Write<T> {
  /** Runs SQL; called again where the whole transaction had to be. What it throws undoes it alone. */
  apply(): T;
  /** Called once it is durable, before its promise resolves. */
  committed?(value: T): void;
}

interface WaitingWrite {
  readonly write: Write<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Attempt = { readonly value: unknown } | { readonly error: unknown };

/** Bounds how long one commit keeps everything else waiting. */
const MOST_WRITES_A_COMMIT = 1_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;

/**
 * Commits all writes of a turn of the event loop in one transaction, so that they share one
 * fsync; a write that comes alone waits for the end of its turn and no longer. A commit that
 * finds no room is tried again with all its writes, in their order, and those that came since.
 */
export class CommitQueue {
  readonly #db: Connection;
  readonly #file: string;
  readonly #clock: Clock;
  readonly #health: HealthSwitch;
  readonly #sql: ReturnType<typeof prepareTransaction>;
  #waiting: WaitingWrite[] = [];
  /** Whether a commit is to come at the end of this turn, or when the disk has had its pause. */
  #isScheduled = false;
  #stopRetry: () => void = () => undefined;
  #retryMs = FIRST_RETRY_MS;
  /** Why nothing is taken any more. */
  #over: unknown;

  constructor(db: Connection, file: string, clock: Clock) {
    this.#db = db;
    this.#file = file;
    this.#clock = clock;
    this.#health = new HealthSwitch();
    this.#sql = prepareTransaction(db);
  }

  get health(): StoreHealth {
    return this.#health.state;
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    return this.#health.listen(listener);
  }

  /** Resolves in the order of the calls, after the fsync. */
  write<T>(write: Write<T>): Promise<T> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ write, resolve, reject } as WaitingWrite);
    this.#commitSoon();
    return promise;
  }

  /** Commits what waits; what cannot be written now is refused, since there is no later. */
  close(): void {
    if (this.#over !== undefined) return;
    const trouble = this.#commitAll();
    this.#stopRetry();
    this.#over = new RunnerError('STORE_UNWRITABLE', `The store ${this.#file} has been closed.`);
    this.#refuse(toStoreError(trouble, this.#file));
  }

  #commitSoon(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      if (this.#over === undefined) this.#commitTurn();
    });
  }

  #commitTurn(): void {
    this.#isScheduled = false;
    const trouble = this.#commitBatch();
    if (trouble !== undefined) this.#retryLater(trouble);
    else if (this.#waiting.length > 0) this.#commitSoon();
  }

  #commitAll(): unknown {
    while (this.#waiting.length > 0) {
      const trouble = this.#commitBatch();
      if (trouble !== undefined) return trouble;
    }
    return undefined;
  }

  /** Returns what kept the whole batch from being written; then it is still waiting. */
  #commitBatch(): unknown {
    const batch = this.#waiting.slice(0, MOST_WRITES_A_COMMIT);
    let attempts: readonly Attempt[];
    try {
      attempts = this.#transact(batch);
    } catch (trouble) {
      return trouble;
    }
    this.#waiting.splice(0, batch.length);
    this.#retryMs = FIRST_RETRY_MS;
    batch.forEach((waiting, index) => settle(waiting, attempts[index]));
    this.#health.become({ writable: true });
    return undefined;
  }

  /**
   * Savepoints cost as much as the rows between them, so a batch goes first without; where one of
   * its writes fails, all is undone and done again, each in a savepoint that can be undone alone.
   */
  #transact(batch: readonly WaitingWrite[]): readonly Attempt[] {
    try {
      return this.#inTransaction(() => batch.map(({ write }) => ({ value: write.apply() })));
    } catch (error) {
      if (isTransient(error) || isDamage(error)) throw error;
      return this.#inTransaction(() => batch.map(({ write }) => this.#attempt(write)));
    }
  }

  #inTransaction<T>(body: () => T): T {
    this.#sql.begin.run();
    try {
      const result = body();
      this.#sql.commit.run();
      return result;
    } catch (error) {
      // SQLite has ended the transaction itself after some failures of the disk.
      if (this.#db.inTransaction) this.#sql.rollback.run();
      throw error;
    }
  }

  #attempt(write: Write<unknown>): Attempt {
    this.#sql.save.run();
    try {
      const value = write.apply();
      this.#sql.release.run();
      return { value };
    } catch (error) {
      if (isTransient(error) || isDamage(error)) throw error;
      this.#sql.undo.run();
      this.#sql.release.run();
      return { error };
    }
  }

  #retryLater(trouble: unknown): void {
    const error = toStoreError(trouble, this.#file);
    if (!isTransient(trouble)) return this.#giveUp(error);
    this.#health.become({ writable: false, why: messageOf(error) });
    this.#isScheduled = true;
    this.#stopRetry = this.#clock.callAt(this.#clock.now() + this.#retryMs, () =>
      this.#commitTurn(),
    );
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  /** A damaged file gets no better by trying again. */
  #giveUp(error: unknown): void {
    this.#over = error;
    this.#refuse(error);
    this.#health.become({ writable: false, why: messageOf(error) });
  }

  #refuse(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

function prepareTransaction(db: Connection) {
  const statement = (sql: string): Query<[]> => query<[]>(db, sql);
  return {
    begin: statement('BEGIN IMMEDIATE'),
    commit: statement('COMMIT'),
    rollback: statement('ROLLBACK'),
    save: statement('SAVEPOINT one_write'),
    release: statement('RELEASE one_write'),
    undo: statement('ROLLBACK TO one_write'),
  };
}

function settle({ write, resolve, reject }: WaitingWrite, attempt: Attempt | undefined): void {
  if (attempt === undefined || 'error' in attempt) return reject(attempt?.error);
  write.committed?.(attempt.value);
  resolve(attempt.value);
}
