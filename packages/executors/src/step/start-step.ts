import { uptime } from 'node:os';

import { JobFailed } from '@fellrunner/core';

import { followClaim } from './follow-claim.ts';
import { claimPath, latestAttempt, readClaim, revokeClaim, type Claim } from './step-claim.ts';
import type { StepProcess } from './step-process.ts';
import { watchFile } from './watch-file.ts';

export interface StartStep {
  /** What the paths of its files begin with. */
  readonly base: string;
  readonly stepName: string;
  /** Whether an earlier runner may have started the step's process. */
  readonly isResumed: boolean;
  /** When the log took that the step was about to start, in milliseconds since 1970. */
  readonly startingAt: number | undefined;
  /** Starts the step's process, whose claim has the attempt's number or a later one. */
  readonly spawn: (attempt: number) => Promise<StepProcess>;
  /** Ends what an earlier attempt may have left. */
  readonly endStrays: () => Promise<void>;
}

/**
 * Starts a step, or takes up the process that an earlier runner started for it. The script never
 * runs twice: a new process is started only when no earlier one has begun it, or can begin it.
 */
export async function startStep(options: StartStep): Promise<StepProcess> {
  const { base, endStrays, isResumed, spawn } = options;
  if (!isResumed) return spawn(1);
  const attempt = latestAttempt(base);
  const claim = await settledClaim(base, attempt);
  if (claim.kind === 'held') {
    const path = claimPath(base, attempt);
    return followClaim({ claim: path, isAdopted: true, group: claim.group });
  }
  // A claim that was lost with the page cache looks like one that was never made.
  if (hasBootedSince(options.startingAt)) throw lostWithMachine(options.stepName);
  if (claim.kind === 'unwritten') {
    // It claims before it writes, and writes before it runs anything.
    await endStrays();
    return spawn(attempt + 1);
  }
  // Another process may have been started for the next attempt, and not have claimed it yet.
  const wasFree = revokeClaim(claimPath(base, attempt + 1));
  return wasFree ? spawn(attempt + 2) : startStep(options);
}

/** Far longer than a shell takes from creating a file to writing a line into it, unless it hangs. */
const WRITING_LIMIT_MS = 500;

/** Waits for a claim that is just being written; one that nobody writes stays `unwritten`. */
async function settledClaim(base: string, attempt: number): Promise<Claim> {
  const path = claimPath(base, attempt);
  const claim = readClaim(path);
  if (claim.kind !== 'unwritten') return claim;
  return new Promise((resolve) => {
    const look = (isLast: boolean): void => {
      const now = readClaim(path);
      if (now.kind === 'unwritten' && !isLast) return;
      clearTimeout(limit);
      unwatch();
      resolve(now);
    };
    const unwatch = watchFile(path, () => look(false));
    const limit = setTimeout(() => look(true), WRITING_LIMIT_MS);
    look(false);
  });
}

function hasBootedSince(instant: number | undefined): boolean {
  return instant !== undefined && Date.now() - uptime() * 1000 > instant;
}

function lostWithMachine(step: string): JobFailed {
  const message = 'the machine was rebooted when it had been started';
  return new JobFailed({ reason: 'process-lost', step, message });
}
