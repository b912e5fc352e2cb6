import { normaliseUrl, RunnerError, type RunnerErrorCode } from '@fellrunner/core';
import {
  createManagement,
  isManagementError,
  type Management,
  type ManagementErrorCode,
} from '@fellrunner/management';

import { UsageError } from '../exit-code.ts';
import { packageVersion } from '../version.ts';
import { connect } from './connect.ts';
import type { GitLabAccess } from './gitlab-access.ts';
import { isUntrusted } from './network-cause.ts';

/** As whom to speak: a runner's own token goes with the call that uses it. */
export type Caller = Pick<GitLabAccess, 'url' | 'tls'> & Partial<GitLabAccess>;

/**
 * Lends a client for some calls, and gives their errors the codes that the command exits by.
 *
 * @throws RunnerError; UsageError for a value that cannot be sent.
 */
export async function withGitLab<T>(
  { tls, token, tokenType = 'private', url }: Caller,
  use: (gitlab: Management) => Promise<T>,
): Promise<T> {
  const userAgent = `fellrunner ${packageVersion()}`;
  const credentials = token === undefined ? {} : { token: token.reveal(), tokenType };
  await using connections = await connect(tls);
  const dispatcher = connections.toGitLab(new URL(normaliseUrl(url)));
  try {
    await using gitlab = createManagement({ url, userAgent, dispatcher, ...credentials });
    return await use(gitlab);
  } catch (error) {
    if (!isManagementError(error)) throw error;
    if (error.code === 'CONFIG_INVALID') throw new UsageError(error.message);
    const { retryable } = error;
    const wayOut = isUntrusted(error) ? ' Name its authority by tls-ca-file.' : '';
    throw new RunnerError(toRunnerErrorCode(error.code), `${error.message}${wayOut}`, {
      cause: error,
      retryable,
    });
  }
}

function toRunnerErrorCode(code: Exclude<ManagementErrorCode, 'CONFIG_INVALID'>): RunnerErrorCode {
  switch (code) {
    case 'GITLAB_UNAUTHORIZED':
    case 'GITLAB_FORBIDDEN':
    case 'GITLAB_GONE':
      return 'GITLAB_UNAUTHORIZED';
    case 'GITLAB_UNREACHABLE':
    case 'GITLAB_UNAVAILABLE':
      return 'GITLAB_UNREACHABLE';
    case 'GITLAB_INVALID':
    case 'GITLAB_NOT_FOUND':
    case 'GITLAB_CONFLICT':
    case 'GITLAB_CHANGED':
    case 'GITLAB_RATE_LIMITED':
    case 'GITLAB_REDIRECTED':
    case 'GITLAB_UNEXPECTED':
      return 'GITLAB_UNEXPECTED';
  }
}
