import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

import { currentHost } from '../process/process-identity.ts';
import { MARK_VARIABLE } from '../process/process-mark.ts';
import { claimPath, formatHost, outputPath, readClaim } from './step-claim.ts';
import { STEP_WRAPPER } from './step-wrapper.ts';

/** How a step's process ended: `lost` where nothing says with which exit code. */
export type StepEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'lost'; readonly why: string };

/** A step's process, whether this runner started it or another one did. */
export interface StepProcess {
  readonly claim: string;
  /** The pid, where it is this runner's child; of any other the claim says it. */
  readonly child: number | undefined;
  /** Whether an earlier runner started it. */
  readonly isAdopted: boolean;
  /** The control group that was made for it; undefined where there is none. */
  readonly group: string | undefined;
  readonly ended: Promise<StepEnd>;
  /** To be called when nothing of it is left: what kept its exit code may serve another step. */
  readonly release?: () => void;
}

export interface StepCommand {
  /** The shell's command line. */
  readonly command: readonly string[];
  /** What its environment is, but for the mark. */
  readonly environment: NodeJS.ProcessEnv;
  readonly mark: string;
  /** The control group that the process enters; undefined for none. */
  readonly group: string | undefined;
  /** Processes of the step may stay when it has ended. */
  readonly leavesDaemons: boolean;
  /** An open file with the script, which the shell finds as its file descriptor 3. */
  readonly script: number;
  /** What the paths of its output and its claims begin with. */
  readonly base: string;
  /** Which of its claims the process is to make. */
  readonly attempt: number;
}

/** Starts the step's process in a session of its own, so that it outlives the runner. */
export function spawnStep(options: StepCommand): StepProcess {
  const { attempt, base, command, environment, group, mark, script } = options;
  const claim = claimPath(base, attempt);
  const output = openSync(outputPath(base), 'a', 0o600);
  const args = [claim, formatHost(currentHost()), group ?? '-', ...command];
  let child: ChildProcess;
  try {
    child = spawn('/bin/sh', ['-c', STEP_WRAPPER, 'fellrunner-step', ...args], {
      cwd: '/',
      detached: true,
      env: { ...environment, [MARK_VARIABLE]: mark },
      stdio: ['ignore', output, 'ignore', script],
    });
  } finally {
    closeSync(output);
  }
  const ended = new Promise<StepEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'lost', why: error.message }));
    child.once('exit', (code, signal) => resolve(endOf(claim, code, signal)));
  });
  return { claim, child: child.pid, isAdopted: false, group, ended };
}

/** The claim's word goes before the wrapper's own exit code, which it repeats. */
function endOf(claim: string, code: number | null, signal: NodeJS.Signals | null): StepEnd {
  const now = readClaim(claim);
  if (now.kind !== 'held') return { kind: 'lost', why: 'it did not claim its step' };
  const exitCode = now.exitCode ?? code;
  if (exitCode !== null) return { kind: 'exited', exitCode };
  return { kind: 'lost', why: `process ${now.by.pid} was ended by ${signal ?? 'a signal'}` };
}
