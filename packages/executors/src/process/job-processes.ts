import { pidsInGroup } from './control-group.ts';
import { isAlive, listPids, readMark, readProcess, type ProcessEntry } from './process-table.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { isKeeper, type ProcessMark } from './process-mark.ts';

export interface JobProcesses {
  /** The mark of the step or stage whose processes are looked for. */
  readonly mark: ProcessMark;
  /** The first process of their session, which is not one of those looked for; if there is one. */
  readonly leader?: ProcessIdentity | undefined;
  /** The leader ended just now, so that its session cannot be another one's yet. */
  readonly hasLeaderJustEnded?: boolean;
  /** The control group of the step, where there is one: all that is in it belongs to the step. */
  readonly group?: string | undefined;
  /** Where to look, if it is known; everywhere otherwise. */
  readonly pids?: readonly number[];
}

/**
 * Finds what a step started and still lives: by the mark, which `setsid`, `nohup` and double
 * forks do not shake off, by the session, which `env -i` does not leave, and by the control
 * group, where there is one, which holds what did both.
 */
export function findJobProcesses(options: JobProcesses): readonly ProcessEntry[] {
  const { mark, leader } = options;
  const isSessionKnown =
    leader !== undefined && (options.hasLeaderJustEnded === true || isAlive(leader));
  const inGroup = new Set(options.group === undefined ? [] : pidsInGroup(options.group));
  const found: ProcessEntry[] = [];
  for (const pid of new Set([...inGroup, ...(options.pids ?? listPids())])) {
    if (pid === process.pid || pid === leader?.pid) continue;
    const isOurs = inGroup.has(pid) || isMarked(pid, mark);
    if (isOurs === false || (isOurs === undefined && !isSessionKnown)) continue;
    const entry = readProcess(pid);
    if (entry === undefined) continue;
    // The slot's other jobs have keepers in its group too, one for each thread.
    if (inGroup.has(pid) && isResting(entry)) continue;
    if (isOurs === true || entry.session === leader?.pid) found.push(entry);
  }
  return found;
}

/** Whether it is a keeper, and not what one has just forked to become a step's shell. */
function isResting({ pid, session }: ProcessEntry): boolean {
  const mark = readMark(pid);
  return pid === session && mark !== undefined && isKeeper(mark);
}

/** Undefined where a process has no mark, or one that cannot be read. */
function isMarked(pid: number, mark: ProcessMark): boolean | undefined {
  const other = readMark(pid);
  return other === undefined ? undefined : belongs(other, mark);
}

/** A daemon that is to be kept is only ended together with the step that started it. */
function belongs(other: ProcessMark, mark: ProcessMark): boolean {
  return (
    other.storeId === mark.storeId &&
    other.jobKey === mark.jobKey &&
    (!other.isKept || other.step === mark.step)
  );
}
