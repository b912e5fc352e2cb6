import type { ProjectSummary } from '@fellrunner/management';

import { ExitCode } from '../../exit-code.ts';
import { collect } from '../../management/collect.ts';
import { findAccess, type AccessFlags } from '../../management/gitlab-access.ts';
import { printList, printOne, type ListPrint } from '../../management/print.ts';
import { withGitLab } from '../../management/with-gitlab.ts';
import { printable } from '../../terminal/printable.ts';

/** The options of `fellrunner runners projects`. */
export interface ProjectsFlags extends AccessFlags {
  readonly json?: true;
}

/** The options of `fellrunner runners enable` and `disable`. */
export interface AssignmentFlags extends ProjectsFlags {
  /** Its id, or its full path. */
  readonly project: string;
}

const PRINT: ListPrint<ProjectSummary> = {
  head: ['ID', 'PROJECT', 'ADDRESS'],
  toRow: ({ fullPath, id, webUrl }) => [String(id), printable(fullPath), printable(webUrl ?? '')],
  empty: 'It has no projects that this token may see.',
};

/** Lists the projects of a project runner. */
export async function projects(id: number, flags: ProjectsFlags): Promise<ExitCode> {
  const found = await withGitLab(findAccess(flags), ({ runners }) => collect(runners.projects(id)));
  printList(found, flags.json, PRINT);
  return ExitCode.done;
}

/** Lets a runner take a further project's jobs. */
export async function enable(id: number, flags: AssignmentFlags): Promise<ExitCode> {
  const { json, project } = flags;
  const runner = await withGitLab(findAccess(flags), (gitlab) =>
    gitlab.projectRunners(project).enable(id),
  );
  printOne(runner, json, () => `runner ${id} takes jobs of ${printable(project)}\n`);
  return ExitCode.done;
}

/** Ends that a runner takes a project's jobs. */
export async function disable(id: number, flags: AssignmentFlags): Promise<ExitCode> {
  const { project } = flags;
  await withGitLab(findAccess(flags), (gitlab) => gitlab.projectRunners(project).disable(id));
  process.stdout.write(`runner ${id} takes no more jobs of ${printable(project)}\n`);
  return ExitCode.done;
}
