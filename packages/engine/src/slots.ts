/** A runner's places for jobs, numbered from 0; the lowest free one is taken first. */
export class Slots {
  readonly #limit: number;
  readonly #shared: SharedSlots | undefined;
  readonly #taken = new Set<number>();

  constructor(limit: number, shared?: SharedSlots) {
    this.#limit = limit;
    this.#shared = shared;
  }

  /** How many more jobs have a place. */
  get free(): number {
    return Math.max(0, this.#limit - this.#taken.size);
  }

  take(): number {
    const slot = this.#shared?.take() ?? lowestFree(this.#taken);
    this.#taken.add(slot);
    return slot;
  }

  /** A job that is taken up after a restart keeps its place, also one beyond a limit made smaller. */
  keep(slot: number): void {
    this.#shared?.keep(slot);
    this.#taken.add(slot);
  }

  release(slot: number): void {
    this.#taken.delete(slot);
    this.#shared?.release(slot);
  }
}

/** How many jobs the runners of a process may run at once, and ask for in all. */
export interface SharedSlotsOptions {
  readonly limit: number;
  readonly maxJobs?: number;
}

/**
 * The places of several runners together: gitlab-runner's `concurrent`. Their numbers are unique
 * among all of them, so that a runner and the one that replaces it never share a build folder.
 */
export class SharedSlots {
  readonly #maxJobs: number;
  readonly #taken = new Set<number>();
  readonly #runners = new Set<() => void>();
  #limit: number;
  #asking = 0;
  #handedOut = 0;

  constructor({ limit, maxJobs = Infinity }: SharedSlotsOptions) {
    this.#limit = limit;
    this.#maxJobs = maxJobs;
  }

  get limit(): number {
    return this.#limit;
  }

  /** How many more jobs may be asked for. */
  get free(): number {
    return Math.max(0, this.#unclaimed - this.#asking);
  }

  /**
   * Whether a request that a server holds would keep another runner from asking at all. A server
   * holds only requests that name its last update.
   */
  get isScarce(): boolean {
    return this.#unclaimed < this.#runners.size;
  }

  /** Whether all the jobs that may be asked for were handed out. */
  get isSpent(): boolean {
    return this.#handedOut >= this.#maxJobs;
  }

  /** Changes the limit; jobs that run beyond it go on. */
  resize(limit: number): void {
    this.#limit = limit;
    this.#tell();
  }

  /**
   * Counts a runner, and calls back whenever there may be room that was not there before; the
   * result ends both. It is called before any of them asks: {@link isScarce} must know them all.
   */
  join(onRoom: () => void): () => void {
    this.#runners.add(onRoom);
    return () => this.#runners.delete(onRoom);
  }

  /** A request holds the place of the job that it may bring. */
  async whileAsking<T>(ask: () => Promise<T>): Promise<T> {
    this.#asking += 1;
    try {
      return await ask();
    } finally {
      this.#asking -= 1;
      this.#tell();
    }
  }

  /** A job was handed out; taken up ones are none that were asked for. */
  countJob(): void {
    this.#handedOut += 1;
  }

  take(): number {
    const slot = lowestFree(this.#taken);
    this.#taken.add(slot);
    return slot;
  }

  keep(slot: number): void {
    this.#taken.add(slot);
  }

  release(slot: number): void {
    this.#taken.delete(slot);
    this.#tell();
  }

  get #unclaimed(): number {
    return Math.min(this.#limit - this.#taken.size, this.#maxJobs - this.#handedOut);
  }

  /** A turn later, when a request's job has taken its place; another runner first each time. */
  #tell(): void {
    setImmediate(() => {
      const [first, ...others] = this.#runners;
      if (first === undefined) return;
      this.#runners.delete(first);
      this.#runners.add(first);
      for (const onRoom of [...others, first]) onRoom();
    });
  }
}

function lowestFree(taken: ReadonlySet<number>): number {
  let slot = 0;
  while (taken.has(slot)) slot += 1;
  return slot;
}
