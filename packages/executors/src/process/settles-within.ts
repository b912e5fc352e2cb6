import { setTimeout as wait } from 'node:timers/promises';

/** Whether a promise is fulfilled in time; it is waited for no longer. */
export async function settlesWithin(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  const limit = new AbortController();
  const late = wait(limitMs, false, { signal: limit.signal }).catch(() => false);
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    limit.abort();
  }
}
