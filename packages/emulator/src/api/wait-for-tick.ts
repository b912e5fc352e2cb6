import type { Call } from '../http/call.ts';
import type { Runner } from '../world/runner.ts';

/** Holds a request until the runner's queue changes, the time is over, or the client leaves. */
export function waitForTick(runner: Runner, call: Call, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, limitMs);
    const stopWaiting = runner.onTick(end);
    const stopWatching = call.onGone(end);
    function end(): void {
      clearTimeout(timer);
      stopWaiting();
      stopWatching();
      resolve();
    }
  });
}
