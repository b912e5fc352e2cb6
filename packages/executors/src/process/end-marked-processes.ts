import { findOwnGroup, groupsOfStore, pidsInGroup, removeGroup } from './control-group.ts';
import { endProcesses } from './end-processes.ts';
import { isKeeper, type ProcessMark } from './process-mark.ts';
import { listPids, readMark, readProcess, type ProcessEntry } from './process-table.ts';

export interface EndMarkedProcesses {
  /** Processes of any other store are never touched. */
  readonly storeId: string;
  /** Whether the step that a process belongs to is to go on. */
  readonly isLiving: (mark: ProcessMark) => boolean;
  /** How long a process has between TERM and KILL. */
  readonly graceMs: number;
}

/**
 * Ends what earlier runners of this store left behind: every process with the store's mark whose
 * step does not live, but for those that their job wanted kept. Called at a start, before any job
 * goes on. Resolves with the pids of those that it found.
 */
export async function endMarkedProcesses(options: EndMarkedProcesses): Promise<readonly number[]> {
  const pids = new Set<number>();
  const find = (): readonly ProcessEntry[] => {
    const orphans = findOrphans(options);
    for (const { pid } of orphans) pids.add(pid);
    return orphans;
  };
  await endProcesses({ find, graceMs: options.graceMs });
  for (const group of groups(options)) removeGroup(group);
  return [...pids];
}

function findOrphans(options: EndMarkedProcesses): readonly ProcessEntry[] {
  const { isLiving, storeId } = options;
  const unmarked = groups(options).flatMap((group) => unmarkedIn(group, options));
  const marked = listPids().filter((pid) => {
    const mark = readMark(pid);
    return mark?.storeId === storeId && !mark.isKept && !isLiving(mark);
  });
  return [...new Set([...marked, ...unmarked])]
    .filter((pid) => pid !== process.pid)
    .flatMap((pid) => readProcess(pid) ?? []);
}

function groups({ storeId }: EndMarkedProcesses): readonly string[] {
  const own = findOwnGroup();
  return own === undefined ? [] : groupsOfStore(own, storeId);
}

/** What is in a group of which no step lives: what shook off its mark is among it. */
function unmarkedIn(group: string, { isLiving }: EndMarkedProcesses): readonly number[] {
  const pids = pidsInGroup(group);
  const marks = new Map(pids.map((pid) => [pid, readMark(pid)]));
  if ([...marks.values()].some((mark) => mark !== undefined && isLiving(mark))) return [];
  // A keeper ends by itself; what it has just forked to become a step's shell looks like one.
  return pids.filter((pid) => {
    const mark = marks.get(pid);
    return mark === undefined || !isKeeper(mark);
  });
}
