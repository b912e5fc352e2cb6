import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/** Resolves as soon as the condition holds. @throws where it does not in time. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(POLL_MS);
  }
}

/** What the promise gives. @throws where it takes longer. */
export async function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  const over = new AbortController();
  try {
    const tooLate = sleep(limitMs, undefined, { signal: over.signal }).then(() => {
      throw new Error(`not done within ${limitMs / 1000} s`);
    });
    return await Promise.race([promise, tooLate]);
  } finally {
    over.abort();
  }
}
