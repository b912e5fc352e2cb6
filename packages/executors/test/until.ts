import { setTimeout as wait } from 'node:timers/promises';

/** Waits until a condition holds, and fails after ten seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`It did not happen: ${what}.`);
    await wait(10);
  }
}
