import type { Listing, Management, Runner } from '@fellrunner/management';

import { ExitCode, UsageError } from '../../exit-code.ts';
import { collect } from '../../management/collect.ts';
import { findAccess, type AccessFlags } from '../../management/gitlab-access.ts';
import { printList, type ListPrint } from '../../management/print.ts';
import { ageOf, jobsCell, shortType, statusCell } from '../../management/runner-words.ts';
import { withGitLab } from '../../management/with-gitlab.ts';
import { printable } from '../../terminal/printable.ts';

/** The options of `fellrunner runners list`. */
export interface ListFlags extends AccessFlags {
  readonly all?: true;
  readonly project?: string;
  readonly group?: string;
  readonly type?: Runner['type'];
  readonly status?: 'online' | 'offline' | 'never_contacted' | 'stale';
  readonly paused?: boolean;
  readonly tagList?: readonly string[];
  readonly versionPrefix?: string;
  readonly json?: true;
}

const PRINT: ListPrint<Runner> = {
  head: ['ID', 'STATUS', 'TYPE', 'JOBS', 'AGE', 'DESCRIPTION'],
  toRow: (runner) => [
    String(runner.id),
    statusCell(runner.status),
    shortType(runner.type),
    jobsCell(runner),
    ageOf(runner.createdAt),
    printable(runner.description ?? runner.name ?? ''),
  ],
  empty: 'No such runners.',
};

const NONE_OF_YOURS =
  'No such runners of yours; --all lists those of the instance, for administrators.';

/** Lists the runners that a token's owner has to do with, or those of a place. */
export async function list(flags: ListFlags): Promise<ExitCode> {
  const places = [flags.all, flags.group, flags.project].filter((place) => place !== undefined);
  if (places.length > 1) throw new UsageError('--all, --group and --project exclude each other.');
  const runners = await withGitLab(findAccess(flags), (gitlab) =>
    collect(listingOf(gitlab, flags)),
  );
  const empty = places.length === 0 ? NONE_OF_YOURS : PRINT.empty;
  printList(runners, flags.json, { ...PRINT, empty });
  return ExitCode.done;
}

function listingOf(gitlab: Management, flags: ListFlags): Listing<Runner> {
  const { all, group, paused, project, status, tagList: tags, type, versionPrefix } = flags;
  const filter = {
    ...(type !== undefined && { type }),
    ...(status !== undefined && { status }),
    ...(paused !== undefined && { paused }),
    ...(tags !== undefined && { tags }),
    ...(versionPrefix !== undefined && { versionPrefix }),
  };
  if (project !== undefined) return gitlab.projectRunners(project).list(filter);
  if (group !== undefined) return gitlab.groupRunners(group).list(filter);
  return all ? gitlab.runners.listAll(filter) : gitlab.runners.list(filter);
}
