import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

import { currentHost, type ProcessIdentity } from '../process/process-identity.ts';
import { isAlive } from '../process/process-table.ts';
import { formatHost, readClaim, type HeldClaim } from './step-claim.ts';
import { STEP_WRAPPER } from './step-wrapper.ts';
import { watchFile } from './watch-file.ts';

/** How a step's process ended: `lost` where nothing says with which exit code. */
export type StepEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'lost'; readonly why: string };

/** A step's process, whether this runner started it or another one did. */
export interface StepProcess {
  readonly claim: string;
  readonly pid: number;
  readonly isAdopted: boolean;
  /** The control group that was made for it; undefined where there is none. */
  readonly group: string | undefined;
  readonly ended: Promise<StepEnd>;
}

export interface StepCommand {
  /** The shell's command line. */
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** The control group that the process enters; undefined for none. */
  readonly group: string | undefined;
  /** What the log shows before the first byte of output; written after the claim. */
  readonly heading: string;
  /** An open file with the script, which the shell finds as its file descriptor 3. */
  readonly script: number;
  readonly raw: string;
  readonly claim: string;
}

/** Starts the step's process in a session of its own, so that it outlives the runner. */
export function spawnStep(options: StepCommand): StepProcess {
  const { claim, command, environment, group, heading, raw, script } = options;
  const output = openSync(raw, 'a', 0o600);
  const args = [claim, formatHost(currentHost()), group ?? '-', heading, ...command];
  let child: ChildProcess;
  try {
    child = spawn('/bin/sh', ['-c', STEP_WRAPPER, 'fellrunner-step', ...args], {
      cwd: '/',
      detached: true,
      env: environment,
      stdio: ['ignore', output, 'ignore', script],
    });
  } finally {
    closeSync(output);
  }
  const ended = new Promise<StepEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'lost', why: error.message }));
    child.once('exit', (code, signal) => resolve(endOf(claim, code, signal)));
  });
  return { claim, pid: child.pid ?? 0, isAdopted: false, group, ended };
}

/** How often an adopted process is looked for: one that was killed tells nobody. */
const LIVENESS_INTERVAL_MS = 1_000;

/** Follows a process that an earlier runner started, which is nobody's child any more. */
export function adoptStep(claim: string, { by: identity, group }: HeldClaim): StepProcess {
  const ended = new Promise<StepEnd>((resolve) => {
    const look = (): void => {
      const wasAlive = isAlive(identity);
      const now = readClaim(claim);
      const exitCode = now.kind === 'held' ? now.exitCode : undefined;
      if (exitCode === undefined && wasAlive) return;
      clearInterval(timer);
      unwatch();
      resolve(exitCode === undefined ? lost(identity) : { kind: 'exited', exitCode });
    };
    const unwatch = watchFile(claim, look);
    const timer = setInterval(look, LIVENESS_INTERVAL_MS);
    look();
  });
  return { claim, pid: identity.pid, isAdopted: true, group, ended };
}

/** The claim's word goes before the wrapper's own exit code, which it repeats. */
function endOf(claim: string, code: number | null, signal: NodeJS.Signals | null): StepEnd {
  const now = readClaim(claim);
  if (now.kind !== 'held') {
    return { kind: 'lost', why: `it could not claim its step in ${claim}` };
  }
  const exitCode = now.exitCode ?? code;
  if (exitCode !== null) return { kind: 'exited', exitCode };
  return { kind: 'lost', why: `process ${now.by.pid} was ended by ${signal ?? 'a signal'}` };
}

function lost({ pid, host }: ProcessIdentity): StepEnd {
  const here = currentHost();
  if (host.bootId !== here.bootId) {
    return { kind: 'lost', why: 'the machine was rebooted while it ran' };
  }
  if (host.pidNamespace !== here.pidNamespace) {
    return { kind: 'lost', why: `process ${pid} ran in another container (pid namespace)` };
  }
  return { kind: 'lost', why: `process ${pid} is gone` };
}
