import type { Secret } from '@fellrunner/core';

import { UsageError } from '../exit-code.ts';
import { checkToken } from '../run/runner-token.ts';
import { optionName, SERVER_SIDE, type RegisterFlags } from './register-flags.ts';

/** By what a runner comes to its token. */
export type Credential =
  /** It was made in GitLab, and has one. */
  | { readonly kind: 'runner-token'; readonly token: Secret }
  /** GitLab makes the runner now, in the name of a user. */
  | { readonly kind: 'access-token' }
  /** The same the old way, which GitLab gives up. */
  | { readonly kind: 'registration-token'; readonly token: Secret };

/** As GitLab's pages and its API give them to new runners. */
const RUNNER_TOKEN = /^glrtr?-/;
const ACCESS_TOKEN = /^glpat-/;

/**
 * Decides by the options which way a runner is registered; undefined where they do not say.
 *
 * @throws UsageError where they contradict each other; RunnerError `CONFIG_INVALID`.
 */
export function findCredential(flags: RegisterFlags): Credential | undefined {
  const { registrationToken, token } = flags;
  if (token && registrationToken) {
    throw new UsageError('--token and --registration-token exclude each other.');
  }
  if (token) return fromToken(token, flags);
  if (registrationToken) {
    const known = RUNNER_TOKEN.test(registrationToken);
    // gitlab-runner, too, takes a runner's own token here, for scripts from before there were any.
    const kind = known ? 'runner-token' : 'registration-token';
    return { kind, token: checkToken(registrationToken, '--registration-token') };
  }
  const { accessTokenFile, groupId, projectId, type } = flags;
  const isNewRunner = [accessTokenFile, groupId, projectId, type].some((it) => it !== undefined);
  return isNewRunner ? { kind: 'access-token' } : undefined;
}

/** @throws UsageError where options say of a runner what GitLab has to be told. */
function fromToken(text: string, flags: RegisterFlags): Credential {
  if (ACCESS_TOKEN.test(text)) {
    throw new UsageError(
      "--token takes a runner's own token (glrt-…); a personal access token is given as GITLAB_TOKEN or in --access-token-file.",
    );
  }
  const given = SERVER_SIDE.filter((key) => flags[key] !== undefined).map(optionName);
  if (given.length > 0) {
    throw new UsageError(
      `${given.join(', ')} cannot be given beside --token: the runner is there already, and GitLab keeps that; see fellrunner runners update.`,
    );
  }
  return { kind: 'runner-token', token: checkToken(text, '--token') };
}

/** Whether a runner with this token was made in GitLab, and so may be used by several machines. */
export function isMadeInGitLab(token: string): boolean {
  return RUNNER_TOKEN.test(token);
}

/** The kind that a token that was typed in has, by the beginning that GitLab gives it. */
export function kindOfToken(text: string): Credential['kind'] {
  if (RUNNER_TOKEN.test(text)) return 'runner-token';
  return ACCESS_TOKEN.test(text) ? 'access-token' : 'registration-token';
}
