/** A runner's places for jobs, numbered from 0; the lowest free one is taken first. */
export class Slots {
  readonly #limit: number;
  readonly #taken = new Set<number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many more jobs have a place. */
  get free(): number {
    return Math.max(0, this.#limit - this.#taken.size);
  }

  /** Takes a place; jobs that are taken up after a restart may need one beyond the limit. */
  take(): number {
    let slot = 0;
    while (this.#taken.has(slot)) slot += 1;
    this.#taken.add(slot);
    return slot;
  }

  release(slot: number): void {
    this.#taken.delete(slot);
  }
}
