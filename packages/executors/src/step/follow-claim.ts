import { dirname } from 'node:path';

import { currentHost, type ProcessIdentity } from '../process/process-identity.ts';
import { isAlive } from '../process/process-table.ts';
import { eachSecond } from './each-second.ts';
import { readClaim, revokeClaim } from './step-claim.ts';
import type { StepEnd, StepProcess } from './step-process.ts';
import { watchFile } from './watch-file.ts';

/** How long a process that was started may take to claim its step; a busy machine is slow. */
const CLAIM_LIMIT_MS = 30_000;

/**
 * Follows a step's process that is not this runner's child, by what it writes into its claim.
 * `told` resolves when the process says that it ends; where it does not say it the file is watched.
 */
export function followClaim(
  step: Omit<StepProcess, 'child' | 'ended'>,
  told?: Promise<void>,
): StepProcess {
  const { claim } = step;
  const claimUntil = performance.now() + CLAIM_LIMIT_MS;
  const ended = new Promise<StepEnd>((resolve) => {
    const look = (): void => {
      const end = readEnd(claim, performance.now() > claimUntil);
      if (end === undefined) return;
      unwatch();
      stop();
      resolve(end);
    };
    const unwatch = told === undefined ? watchClaim(claim, look) : () => undefined;
    // One that was killed tells nobody.
    const stop = eachSecond(look);
    void told?.then(look);
    if (told === undefined) look();
  });
  return { ...step, child: undefined, ended };
}

/** Watches for a claim to be made, then the claim alone: the folder has the output as well. */
function watchClaim(claim: string, look: () => void): () => void {
  const watchIt = (): (() => void) => watchFile(claim, look);
  if (readClaim(claim).kind !== 'none') return watchIt();
  let unwatch = watchFile(dirname(claim), () => {
    if (readClaim(claim).kind === 'none') return;
    unwatch();
    unwatch = watchIt();
    look();
  });
  return () => unwatch();
}

/** How the process ended, if it has; one that is too late to claim its step never will. */
function readEnd(claim: string, isLate: boolean): StepEnd | undefined {
  const before = readClaim(claim);
  if (before.kind === 'held' && before.exitCode !== undefined) {
    return { kind: 'exited', exitCode: before.exitCode };
  }
  const wasAlive = before.kind === 'held' && isAlive(before.by);
  if (wasAlive) return undefined;
  // What it wrote last it wrote while it was alive.
  const now = readClaim(claim);
  switch (now.kind) {
    case 'held':
      if (now.exitCode !== undefined) return { kind: 'exited', exitCode: now.exitCode };
      return before.kind === 'held' ? lost(now.by) : undefined;
    case 'revoked':
      return { kind: 'lost', why: 'it did not claim its step' };
    case 'none':
    case 'unwritten':
      if (!isLate) return undefined;
      return revokeClaim(claim) || now.kind === 'unwritten'
        ? { kind: 'lost', why: 'it did not claim its step' }
        : undefined;
  }
}

function lost({ host, pid }: ProcessIdentity): StepEnd {
  const here = currentHost();
  if (host.bootId !== here.bootId) {
    return { kind: 'lost', why: 'the machine was rebooted while it ran' };
  }
  if (host.pidNamespace !== here.pidNamespace) {
    return { kind: 'lost', why: `process ${pid} ran in another container (pid namespace)` };
  }
  return { kind: 'lost', why: `process ${pid} is gone` };
}
