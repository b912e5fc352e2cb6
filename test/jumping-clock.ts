import type { RunnerOptions } from '@fellrunner/engine';

type Clock = NonNullable<RunnerOptions['clock']>;

interface Alarm {
  readonly at: number;
  readonly ring: () => void;
  timer: NodeJS.Timeout;
}

/** The machine's clock, which a test may put forward: all that was to come until then comes at once. */
export class JumpingClock implements Clock {
  readonly #alarms = new Set<Alarm>();
  #aheadMs = 0;

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  callAt(at: number, callback: () => void): () => void {
    const ring = (): void => {
      this.#alarms.delete(alarm);
      callback();
    };
    const alarm: Alarm = { at, ring, timer: this.#set(at, ring) };
    this.#alarms.add(alarm);
    return () => {
      this.#alarms.delete(alarm);
      clearTimeout(alarm.timer);
    };
  }

  jump(ms: number): void {
    this.#aheadMs += ms;
    for (const alarm of this.#alarms) {
      clearTimeout(alarm.timer);
      alarm.timer = this.#set(alarm.at, alarm.ring);
    }
  }

  #set(at: number, ring: () => void): NodeJS.Timeout {
    // Node's timers may fire a moment before their time.
    const waitMs = Math.min(Math.max(0, at - this.now() + 1), 2 ** 31 - 1);
    return setTimeout(ring, waitMs).unref();
  }
}
