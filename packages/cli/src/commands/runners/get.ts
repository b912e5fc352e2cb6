import type { RunnerDetails } from '@fellrunner/management';

import { ExitCode } from '../../exit-code.ts';
import { findAccess, type AccessFlags } from '../../management/gitlab-access.ts';
import { printOne } from '../../management/print.ts';
import { instantText, jobsCell, shortType, statusCell } from '../../management/runner-words.ts';
import { withGitLab } from '../../management/with-gitlab.ts';
import { formatFacts } from '../../terminal/facts.ts';

/** The options of `fellrunner runners get`. */
export interface GetFlags extends AccessFlags {
  readonly json?: true;
}

/** Shows all that GitLab tells of one runner. */
export async function get(id: number, flags: GetFlags): Promise<ExitCode> {
  const runner = await withGitLab(findAccess(flags), ({ runners }) => runners.get(id));
  printOne(runner, flags.json, () => describe(runner));
  return ExitCode.done;
}

function describe(runner: RunnerDetails): string {
  const { accessLevel, maximumTimeoutS, platform, projects = [], runUntagged, version } = runner;
  const rights = [
    runUntagged ? 'runs untagged jobs' : 'runs tagged jobs only',
    ...(accessLevel === 'ref_protected' ? ['of protected branches and tags only'] : []),
    ...(runner.locked ? ['is locked to its projects'] : []),
  ];
  const system = [version, runner.revision, platform, runner.architecture];
  return formatFacts([
    ['runner', `${runner.id} (${shortType(runner.type)})`],
    ['description', runner.description],
    ['status', statusCell(runner.status)],
    ['jobs', jobsCell(runner)],
    ['tags', runner.tags.join(', ')],
    ['rights', rights.join(', ')],
    ['timeout', maximumTimeoutS === undefined ? undefined : `${maximumTimeoutS} s at most`],
    ['version', system.filter((part) => part !== undefined && part !== '').join(' ')],
    ['contacted', instantText(runner.contactedAt)],
    ['created', [instantText(runner.createdAt), runner.createdBy?.username].join(' ').trim()],
    ['projects', projects.map(({ fullPath }) => fullPath).join(', ')],
    ['groups', runner.groups.map(({ name }) => name).join(', ')],
    ['note', runner.maintenanceNote],
  ]);
}
