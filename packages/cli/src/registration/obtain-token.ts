import { isRunnerError, RunnerError, type Secret } from '@fellrunner/core';
import { isManagementError, type CreatedRunner, type Management } from '@fellrunner/management';

import type { GitLabAccess } from '../management/gitlab-access.ts';
import { toAttributes, toNewRunner } from '../management/runner-attributes.ts';
import { withGitLab, type Caller } from '../management/with-gitlab.ts';
import { packageVersion } from '../version.ts';
import { mayHaveArrived } from '../management/network-cause.ts';
import { tlsFilesOf, type RegisterFlags } from './register-flags.ts';
import { verifyToken } from './verify-token.ts';

/** How a runner is registered, with what is needed for it. */
export type Way =
  | { readonly kind: 'runner-token'; readonly url: string; readonly token: Secret }
  | { readonly kind: 'registration-token'; readonly url: string; readonly token: Secret }
  | { readonly kind: 'access-token'; readonly url: string; readonly access: GitLabAccess };

/** What is registered. */
export interface Registrant {
  readonly name: string;
  readonly executor: string;
  readonly flags: RegisterFlags;
}

/** A runner's token that GitLab has said is good. */
export interface ObtainedToken {
  readonly id: number | undefined;
  readonly token: string;
  readonly expiresAt: Date | undefined;
  /** Takes back what GitLab was made to do; undefined where that is nothing. */
  readonly undo: (() => Promise<void>) | undefined;
}

/** Makes a runner at GitLab, or asks about the one that there is. @throws RunnerError `GITLAB_…` */
export async function obtainToken(way: Way, registrant: Registrant): Promise<ObtainedToken> {
  const { executor, flags, name } = registrant;
  const tls = tlsFilesOf(flags);
  switch (way.kind) {
    case 'runner-token': {
      const { token, url } = way;
      const verified = await verifyToken({ url, token, executor, tls });
      return { ...verified, token: token.reveal(), undo: undefined };
    }
    case 'registration-token': {
      const caller = { url: way.url, tls };
      const made = await withGitLab(caller, (gitlab) =>
        registerOldWay(gitlab, way, registrant),
      ).catch(tellOfDoubt);
      return obtained(made, caller);
    }
    case 'access-token': {
      const wanted = { ...toNewRunner(flags), description: name };
      const made = await withGitLab(way.access, ({ runners }) => runners.create(wanted)).catch(
        tellOfDoubt,
      );
      return obtained(made, way.access);
    }
  }
}

async function registerOldWay(
  gitlab: Management,
  { token, url }: { readonly token: Secret; readonly url: string },
  { executor, flags, name }: Registrant,
): Promise<CreatedRunner> {
  const { arch: architecture, platform } = process;
  const version = packageVersion();
  const info = { name: 'fellrunner', version, platform, architecture, executor };
  const attributes = { ...toAttributes(flags), description: name };
  try {
    return await gitlab.register({ registrationToken: token.reveal(), info, ...attributes });
  } catch (error) {
    if (!isManagementError(error)) throw error;
    const message = refusal(error.status, url);
    if (message === undefined) throw error;
    throw new RunnerError('GITLAB_UNAUTHORIZED', message, { cause: error });
  }
}

function refusal(status: number | undefined, url: string): string | undefined {
  if (status === 410) {
    return `${url} takes no registration tokens any more (410): make the runner in GitLab and give the token that it gets there with --token, or let register make it, with GITLAB_TOKEN and --project-id, --group-id or --type instance_type.`;
  }
  if (status === 403) return `The registration token was rejected by ${url} (403).`;
  return undefined;
}

/** A request whose answer was lost may have been heeded. */
function tellOfDoubt(error: unknown): never {
  if (!isRunnerError(error) || error.code !== 'GITLAB_UNREACHABLE' || !mayHaveArrived(error)) {
    throw error;
  }
  const message = `${error.message} GitLab may have made the runner all the same: fellrunner runners list --status never_contacted tells.`;
  throw new RunnerError(error.code, message, { cause: error });
}

function obtained({ expiresAt, id, token }: CreatedRunner, caller: Caller): ObtainedToken {
  const undo = (): Promise<void> =>
    withGitLab(caller, (gitlab) => gitlab.runnerByToken(token.reveal()).delete());
  return { id, token: token.reveal(), expiresAt, undo };
}
