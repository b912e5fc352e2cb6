/** The server's time: the machine's clock plus what has been advanced, so nothing has to wait. */
export class Clock {
  #offsetMs = 0;

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  advance(seconds: number): void {
    this.#offsetMs += seconds * 1000;
  }

  reset(): void {
    this.#offsetMs = 0;
  }
}

/** ISO 8601 with milliseconds, as GitLab's API prints instants; null where there is none. */
export function toTimestamp(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString();
}

/** ISO 8601 to the second, as GitLab's predefined variables have instants. */
export function toIso8601(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
