import type { IssuedToken, Management } from '@fellrunner/management';

import { ExitCode, UsageError } from '../../exit-code.ts';
import { findAccess, type AccessFlags } from '../../management/gitlab-access.ts';
import { note, printOne } from '../../management/print.ts';
import {
  toNewRunner,
  type AttributeFlags,
  type PlaceFlags,
} from '../../management/runner-attributes.ts';
import { withGitLab } from '../../management/with-gitlab.ts';

/** The options of `fellrunner runners create`. */
export interface CreateFlags extends AccessFlags, AttributeFlags, PlaceFlags {
  readonly json?: true;
}

/** The options of `fellrunner runners reset-token`. */
export interface ResetTokenFlags extends AccessFlags {
  readonly json?: true;
}

/** The options of `fellrunner runners reset-registration-token`. */
export interface ResetRegistrationTokenFlags extends ResetTokenFlags {
  readonly project?: string;
  readonly group?: string;
}

/** Makes a runner; its token is all that goes to stdout, and is told this once. */
export async function create(flags: CreateFlags): Promise<ExitCode> {
  const wanted = toNewRunner(flags);
  const made = await withGitLab(findAccess(flags), ({ runners }) => runners.create(wanted));
  note(`runner ${made.id} is made; its token is not told again${expiry(made)}.`);
  printToken(made, flags.json);
  return ExitCode.done;
}

/** Gives a runner a new token, which is all that goes to stdout; the old one is void at once. */
export async function resetToken(id: number, flags: ResetTokenFlags): Promise<ExitCode> {
  const issued = await withGitLab(findAccess(flags), ({ runners }) => runners.resetToken(id));
  note(`runner ${id} has a new token, and the old one is void${expiry(issued)}.`);
  printToken(issued, flags.json);
  return ExitCode.done;
}

/** Gives the instance, a group or a project a new token to register runners with, the old way. */
export async function resetRegistrationToken(
  flags: ResetRegistrationTokenFlags,
): Promise<ExitCode> {
  const { group, json, project } = flags;
  if (group !== undefined && project !== undefined) {
    throw new UsageError('--group and --project exclude each other.');
  }
  const reset = (gitlab: Management): Promise<IssuedToken> => {
    if (project !== undefined) return gitlab.projectRunners(project).resetRegistrationToken();
    if (group !== undefined) return gitlab.groupRunners(group).resetRegistrationToken();
    return gitlab.runners.resetRegistrationToken();
  };
  const issued = await withGitLab(findAccess(flags), reset);
  note('the old registration token is void; runners that it registered keep theirs.');
  printToken(issued, json);
  return ExitCode.done;
}

function printToken(issued: IssuedToken, json: true | undefined): void {
  printOne(issued, json, () => `${issued.token.reveal()}\n`);
}

function expiry({ expiresAt }: IssuedToken): string {
  return expiresAt === undefined ? '' : `; it expires at ${expiresAt.toISOString()}`;
}
