import { lchown } from 'node:fs/promises';
import { join } from 'node:path';

import { openZip, unpackZip } from '@fellrunner/archive';

import type { JobPlan } from '../shell/job-plan.ts';
import type { ShellUser } from '../shell/shell-user.ts';

/** Unpacks an archive into the project's folder; what it brings belongs to who runs the scripts. */
export async function unpackIntoProject(
  { config, workplace }: JobPlan,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  // Beside the project: a runner that is killed meanwhile leaves nothing in it.
  const stagingFolder = workplace.temporary;
  await unpackZip({ file, into: workplace.project, stagingFolder, signal });
  if (config.user !== undefined) await giveAway(file, workplace.project, config.user);
}

async function giveAway(file: string, project: string, user: ShellUser): Promise<void> {
  await using archive = await openZip(file);
  const paths = new Set<string>();
  for (const { path } of archive.entries) {
    const names = path.split('/').filter(Boolean);
    names.forEach((_, index) => paths.add(names.slice(0, index + 1).join('/')));
  }
  for (const path of paths) await lchown(join(project, path), user.uid, user.gid);
}
