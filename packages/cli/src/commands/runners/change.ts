import type { RunnerDetails } from '@fellrunner/management';

import { ExitCode, UsageError } from '../../exit-code.ts';
import { findAccess, type AccessFlags } from '../../management/gitlab-access.ts';
import { printOne } from '../../management/print.ts';
import { toAttributes, type AttributeFlags } from '../../management/runner-attributes.ts';
import { withGitLab } from '../../management/with-gitlab.ts';

/** The options of `fellrunner runners update`. */
export interface UpdateFlags extends AccessFlags, Omit<AttributeFlags, 'maximumTimeout'> {
  /** Null takes the limit away. */
  readonly maximumTimeout?: number | null;
  readonly json?: true;
}

/** The options of `fellrunner runners pause`, `resume` and `delete`. */
export type ManyFlags = AccessFlags;

/** Changes what is given, and nothing else. */
export async function update(id: number, flags: UpdateFlags): Promise<ExitCode> {
  const { maximumTimeout, ...others } = flags;
  const changes = {
    ...toAttributes(others),
    ...(maximumTimeout !== undefined && { maximumTimeoutS: maximumTimeout }),
  };
  if (Object.keys(changes).length === 0) {
    throw new UsageError('nothing is said to change; runners update --help shows what can.');
  }
  const runner = await withGitLab(findAccess(flags), ({ runners }) => runners.update(id, changes));
  printOne(runner, flags.json, () => `runner ${id} changed\n`);
  return ExitCode.done;
}

/** Lets runners get no new jobs; those that they have go on. */
export async function pause(ids: readonly number[], flags: ManyFlags): Promise<ExitCode> {
  return setPaused(ids, flags, true);
}

/** Lets paused runners get jobs again. */
export async function resume(ids: readonly number[], flags: ManyFlags): Promise<ExitCode> {
  return setPaused(ids, flags, false);
}

async function setPaused(
  ids: readonly number[],
  flags: ManyFlags,
  paused: boolean,
): Promise<ExitCode> {
  await withGitLab(findAccess(flags), async ({ runners }) => {
    for (const id of ids) {
      const runner: RunnerDetails = await runners.update(id, { paused });
      process.stdout.write(`runner ${id} ${runner.paused ? 'is paused' : 'gets jobs'}\n`);
    }
  });
  return ExitCode.done;
}

/** Deletes runners, one after the other; an error leaves those behind it as they are. */
export async function remove(ids: readonly number[], flags: ManyFlags): Promise<ExitCode> {
  await withGitLab(findAccess(flags), async ({ runners }) => {
    for (const id of ids) {
      await runners.delete(id);
      process.stdout.write(`runner ${id} deleted\n`);
    }
  });
  return ExitCode.done;
}
