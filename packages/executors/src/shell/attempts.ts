import { setTimeout as wait } from 'node:timers/promises';

import { messageOf, type StageContext } from '@fellrunner/core';

import { warningLine } from '../log/log-text.ts';

export interface Attempts {
  /** How often in all, as `GET_SOURCES_ATTEMPTS` and its like say. */
  readonly times: number;
  /** The first pause; each later one is twice as long. */
  readonly delayMs: number;
}

/** Gitlab-runner's, too: the pauses do not grow beyond it. */
const LONGEST_DELAY_MS = 5 * 60_000;

/** Does something until it succeeds, at most so many times; the last error is thrown. */
export async function withAttempts(
  ctx: StageContext,
  { delayMs, times }: Attempts,
  attempt: (number: number) => Promise<void>,
): Promise<void> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt(number);
    } catch (error) {
      if (number >= times || ctx.signal.aborted) throw error;
      await ctx.log.write(warningLine(`Retrying... (${messageOf(error)})`));
      const pauseMs = Math.min(delayMs * 2 ** (number - 1), LONGEST_DELAY_MS);
      await wait(pauseMs, undefined, { signal: ctx.signal });
    }
  }
}
