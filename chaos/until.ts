import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 240_000;
const LOOK_EACH_MS = 50;

/** Resolves when the condition holds; it is looked at now and then, for four minutes at most. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${PATIENCE_MS / 1000} s went by before ${what}`);
    await sleep(LOOK_EACH_MS);
  }
}
