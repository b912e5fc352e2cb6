/** The time, and a call at a time: what tests replace to make hours pass at once. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Calls back once, at or after `at` (milliseconds since 1970), however far off it is; the
   * result takes the call back. It keeps no process alive.
   */
  callAt(at: number, callback: () => void): () => void;
}

/** The longest delay that `setTimeout` takes; a longer one would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's own clock; timers beyond 2³¹−1 ms are chained. */
export const systemClock: Clock = {
  now: () => Date.now(),
  callAt(at, callback) {
    let timer: NodeJS.Timeout;
    // Node's timers count on another clock and may fire a moment before the time has come here.
    const look = (): void => (Date.now() < at ? arm() : callback());
    const arm = (): void => {
      timer = setTimeout(look, Math.min(Math.max(0, at - Date.now()), LONGEST_TIMEOUT_MS));
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
