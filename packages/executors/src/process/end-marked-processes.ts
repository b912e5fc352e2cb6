import { endProcesses } from './end-processes.ts';
import type { ProcessMark } from './process-mark.ts';
import { listPids, readMark, readProcess, type ProcessEntry } from './process-table.ts';

export interface EndMarkedProcesses {
  /** Processes of any other store are never touched. */
  readonly storeId: string;
  /** Whether the step that a process belongs to is to go on. */
  isLiving(mark: ProcessMark): boolean;
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
  return [...pids];
}

function findOrphans({ storeId, isLiving }: EndMarkedProcesses): readonly ProcessEntry[] {
  return listPids().flatMap((pid) => {
    const mark = readMark(pid);
    if (pid === process.pid || mark?.storeId !== storeId) return [];
    if (mark.isKept || isLiving(mark)) return [];
    return readProcess(pid) ?? [];
  });
}
