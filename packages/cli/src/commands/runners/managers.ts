import type { RunnerManager } from '@fellrunner/management';

import { ExitCode } from '../../exit-code.ts';
import { findAccess, type AccessFlags } from '../../management/gitlab-access.ts';
import { printList, type ListPrint } from '../../management/print.ts';
import { ageOf, statusCell } from '../../management/runner-words.ts';
import { withGitLab } from '../../management/with-gitlab.ts';
import { printable } from '../../terminal/printable.ts';

/** The options of `fellrunner runners managers`. */
export interface ManagersFlags extends AccessFlags {
  readonly json?: true;
}

const PRINT: ListPrint<RunnerManager> = {
  head: ['ID', 'SYSTEM ID', 'STATUS', 'JOBS', 'LAST SEEN', 'VERSION', 'PLATFORM', 'ADDRESS'],
  toRow: (manager) => [
    String(manager.id),
    printable(manager.systemId),
    statusCell(manager.status),
    manager.jobExecutionStatus ?? '',
    ageOf(manager.contactedAt),
    printable(manager.version ?? ''),
    printable([manager.platform ?? [], manager.architecture ?? []].flat().join('/')),
    printable(manager.ipAddress ?? ''),
  ],
  empty: 'No process has used this runner yet.',
};

/** Lists the processes that use a runner's token. */
export async function managers(id: number, flags: ManagersFlags): Promise<ExitCode> {
  const found = await withGitLab(findAccess(flags), ({ runners }) => runners.managers(id));
  printList(found, flags.json, PRINT);
  return ExitCode.done;
}
