import { homedir } from 'node:os';

import type { Secret, TlsFiles } from '@fellrunner/core';

import { UsageError } from '../exit-code.ts';
import { urlProblem } from '../option-values.ts';
import { checkToken, readTokenFile } from '../run/runner-token.ts';
import { readPythonGitlabConfig, type PythonGitlabSection } from './python-gitlab-config.ts';

/** The options of every command that speaks to GitLab as a user. */
export interface AccessFlags {
  readonly url?: string;
  readonly tokenFile?: string;
  /** A section of python-gitlab's configuration. */
  readonly gitlab?: string;
  readonly tlsCaFile?: string;
}

/** Whom to speak to, and as whom. */
export interface GitLabAccess {
  readonly url: string;
  readonly token: Secret;
  readonly tokenType: 'private' | 'oauth';
  readonly tls: TlsFiles;
}

/** What the environment brings besides the options. */
export interface AccessSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}

/**
 * Finds the server and a user's token: what was typed goes before the environment, and that
 * before python-gitlab's configuration.
 *
 * @throws UsageError; RunnerError `CONFIG_INVALID`.
 */
export function findAccess(
  flags: AccessFlags,
  surroundings: AccessSurroundings = { env: process.env, home: homedir() },
): GitLabAccess {
  // A section that is named stands for both, as in python-gitlab.
  const env = flags.gitlab === undefined ? surroundings.env : {};
  const typedUrl = flags.url ?? urlOf(env);
  const typedToken = tokenOf(flags, env);
  const section =
    typedUrl === undefined || typedToken === undefined
      ? readPythonGitlabConfig(surroundings, flags.gitlab)
      : undefined;
  const url = typedUrl ?? section?.url;
  if (url === undefined) {
    throw new UsageError(
      "GitLab's address is missing: give --url, GITLAB_URL or CI_SERVER_URL, or a ~/.python-gitlab.cfg.",
    );
  }
  const problem = urlProblem(url);
  if (problem !== undefined) throw new UsageError(`GitLab's url ${problem}`);
  const found = typedToken ?? tokenFor(url, section);
  if (found === undefined) throw new UsageError(tokenMissing(url, section));
  const isOwn = section !== undefined && isSameServer(section.url, url);
  const caFile = flags.tlsCaFile ?? (isOwn ? section.caFile : undefined);
  return { url, ...found, tls: caFile === undefined ? {} : { caFile } };
}

type FoundToken = Pick<GitLabAccess, 'token' | 'tokenType'>;

function urlOf(env: NodeJS.ProcessEnv): string | undefined {
  return [env['GITLAB_URL'], env['CI_SERVER_URL']].find((url) => url !== undefined && url !== '');
}

function tokenOf({ tokenFile }: AccessFlags, env: NodeJS.ProcessEnv): FoundToken | undefined {
  if (tokenFile !== undefined) {
    const { token, warning } = readTokenFile(tokenFile);
    if (warning !== undefined) process.stderr.write(`fellrunner: ${warning}\n`);
    return { token, tokenType: 'private' };
  }
  const key = ['GITLAB_TOKEN', 'GITLAB_PRIVATE_TOKEN'].find((it) => (env[it] ?? '') !== '');
  if (key === undefined) return undefined;
  return { token: checkToken(env[key] ?? '', key), tokenType: 'private' };
}

/** A token from the configuration goes to the server that it is for, and to no other. */
function tokenFor(url: string, section: PythonGitlabSection | undefined): FoundToken | undefined {
  if (section === undefined || !isSameServer(section.url, url)) return undefined;
  const token = section.token();
  return token && { token: checkToken(token.reveal(), section.name), tokenType: section.tokenType };
}

function isSameServer(one: string | undefined, other: string): boolean {
  const normal = (url: string): string => url.replace(/\/+$/, '').toLowerCase();
  return one !== undefined && normal(one) === normal(other);
}

function tokenMissing(url: string, section: PythonGitlabSection | undefined): string {
  const other =
    section?.url === undefined || isSameServer(section.url, url)
      ? ''
      : ` (the one in python-gitlab's configuration is for ${section.url})`;
  return `a personal access token for ${url} is missing${other}: set GITLAB_TOKEN, or name a file that holds it with --token-file.`;
}
