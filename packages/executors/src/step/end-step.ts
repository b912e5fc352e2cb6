import { endProcesses } from '../process/end-processes.ts';
import { findJobProcesses } from '../process/job-processes.ts';
import { currentHost, readOr, type ProcessIdentity } from '../process/process-identity.ts';
import type { ProcessMark } from '../process/process-mark.ts';
import { settlesWithin } from '../process/settles-within.ts';
import {
  HAS_PROCESS_TABLE,
  listPidsSince,
  readProcess,
  type ProcessEntry,
} from '../process/process-table.ts';
import { readClaim, revokeClaim } from './step-claim.ts';
import type { StepProcess } from './step-process.ts';

export interface EndStep {
  readonly step: StepProcess;
  readonly mark: ProcessMark;
  /** How long a process has between TERM and KILL. */
  readonly graceMs: number;
}

/** How long the step's first process may take to notice that its shell is gone. */
const NOTICE_MS = 200;
const ROUNDS = 10;

/** Ends a step before its time, with everything that it started, wherever that went. */
export async function endStep({ graceMs, mark, step }: EndStep): Promise<void> {
  if (!HAS_PROCESS_TABLE) return endGroup(step, graceMs);
  // Not claimed yet: then it never will be, and the process exits by itself.
  revokeClaim(step.claim);
  const { group } = step;
  const leader = leaderOf(step);
  const end = (graceLeftMs: number): Promise<unknown> =>
    endProcesses({ find: () => findJobProcesses({ mark, leader, group }), graceMs: graceLeftMs });
  // The first process may be about to start the shell, so that there is nothing to find yet.
  for (let round = 0; round < ROUNDS; round += 1) {
    await end(graceMs);
    if (await settlesWithin(step.ended, NOTICE_MS)) return;
  }
  await endProcesses({ find: () => alive(leader), graceMs: 0 });
  await end(0);
}

/** Where there is no process table (macOS), the group is all that is known of a step. */
export async function endGroup({ child, ended }: StepProcess, graceMs: number): Promise<void> {
  if (child === undefined) return;
  const send = (signal: NodeJS.Signals): unknown =>
    readOr(false, () => process.kill(-child, signal));
  send('SIGTERM');
  if (!(await settlesWithin(ended, graceMs))) send('SIGKILL');
}

/** Ends what has a job's mark, when nothing of the job ought to run. */
export async function endStrays(mark: ProcessMark, graceMs: number): Promise<void> {
  await endProcesses({ find: () => findJobProcesses({ mark }), graceMs });
}

export interface StartMoment {
  /** By the clock of `performance.now()`. */
  readonly at: number;
  readonly newestPid: number;
}

/** What is younger than this cannot have seen all pids be given once around. */
const PID_ROUND_MS = 1_000;

/**
 * Ends what a step leaves behind that ended by itself: only its own exit counts, but nothing of
 * it stays. `start` tells of the moment before it was started, where this runner started it.
 */
export async function endLeftovers(
  options: EndStep,
  start: StartMoment | undefined,
): Promise<void> {
  const { graceMs, mark, step } = options;
  if (mark.isKept) return;
  const { group } = step;
  const leader = leaderOf(step);
  const isYoung = start !== undefined && performance.now() - start.at < PID_ROUND_MS;
  const first = findJobProcesses({
    mark,
    leader,
    group,
    hasLeaderJustEnded: !step.isAdopted,
    ...(isYoung ? { pids: listPidsSince(start.newestPid) } : {}),
  });
  if (first.length === 0) return;
  const find = (): readonly ProcessEntry[] => [
    ...findJobProcesses({ mark, leader, group }),
    // By now the session's number may be another's: of those without a mark only these count.
    ...first.flatMap((entry) => alive(entry)),
  ];
  await endProcesses({ find, graceMs });
}

/** The process that the claim names, or this runner's child that has not claimed. */
function leaderOf(step: StepProcess): ProcessIdentity | undefined {
  const claim = readClaim(step.claim);
  if (claim.kind === 'held') return claim.by;
  const entry = step.child === undefined ? undefined : readProcess(step.child);
  return entry && { pid: entry.pid, startTime: entry.startTime, host: currentHost() };
}

function alive(
  process: Pick<ProcessIdentity, 'pid' | 'startTime'> | undefined,
): readonly ProcessEntry[] {
  const entry = process && readProcess(process.pid);
  return entry?.startTime === process?.startTime && entry !== undefined ? [entry] : [];
}
