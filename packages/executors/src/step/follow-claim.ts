import { dirname } from 'node:path';

import { currentHost, type ProcessIdentity } from '../process/process-identity.ts';
import { isAlive } from '../process/process-table.ts';
import { readClaim, revokeClaim } from './step-claim.ts';
import type { StepEnd, StepProcess } from './step-process.ts';
import { watchFile } from './watch-file.ts';

/** How often the process is looked for besides: one that was killed tells nobody. */
const LIVENESS_INTERVAL_MS = 1_000;

/** How long a process that was started may take to claim its step; a busy machine is slow. */
const CLAIM_LIMIT_MS = 30_000;

/** Follows a step's process that is not this runner's child, by what it writes into its claim. */
export function followClaim(step: Omit<StepProcess, 'child' | 'ended'>): StepProcess {
  const { claim } = step;
  const claimUntil = performance.now() + CLAIM_LIMIT_MS;
  const ended = new Promise<StepEnd>((resolve) => {
    let isThere = false;
    let unwatch = watchFile(dirname(claim), look);
    const timer = setInterval(look, LIVENESS_INTERVAL_MS);
    look();

    function look(): void {
      if (!isThere && readClaim(claim).kind !== 'none') {
        // The folder has the output as well, which may be written to all the time.
        isThere = true;
        unwatch();
        unwatch = watchFile(claim, look);
      }
      const end = readEnd(claim, performance.now() > claimUntil);
      if (end === undefined) return;
      clearInterval(timer);
      unwatch();
      resolve(end);
    }
  });
  return { ...step, child: undefined, ended };
}

/** How the process ended, if it has; one that is too late to claim its step never will. */
function readEnd(claim: string, isLate: boolean): StepEnd | undefined {
  const before = readClaim(claim);
  const wasAlive = before.kind === 'held' && isAlive(before.by);
  // What it wrote last it wrote while it was alive.
  const now = readClaim(claim);
  switch (now.kind) {
    case 'held':
      if (now.exitCode !== undefined) return { kind: 'exited', exitCode: now.exitCode };
      return before.kind !== 'held' || wasAlive ? undefined : lost(now.by);
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
