import {
  createRunnerInfo,
  GitLabClient,
  RunnerError,
  verifyRunner,
  type Secret,
  type TlsFiles,
} from '@fellrunner/core';

import { connect } from '../management/connect.ts';
import { packageVersion } from '../version.ts';
import { machineSystemId } from './machine-system-id.ts';

/** A runner's token, where it is for, and what does its jobs. */
export interface RunnerCredentials {
  readonly url: string;
  readonly token: Secret;
  readonly executor: string;
  readonly tls: TlsFiles;
}

/** What GitLab says of a good token; another coordinator may say nothing. */
export interface VerifiedToken {
  readonly id: number | undefined;
  readonly expiresAt: Date | undefined;
}

/**
 * Asks GitLab whether a runner's token is good.
 *
 * @throws RunnerError `GITLAB_UNAUTHORIZED` where it is not; `GITLAB_UNREACHABLE`.
 */
export async function verifyToken({
  executor,
  tls,
  token,
  url,
}: RunnerCredentials): Promise<VerifiedToken> {
  const version = packageVersion();
  const { arch: architecture, platform } = process;
  const info = createRunnerInfo({ version, revision: '', platform, architecture, executor });
  const systemId = machineSystemId() ?? '';
  await using connections = await connect(tls);
  const userAgent = `fellrunner ${version}`;
  await using client = new GitLabClient({ url, userAgent, connections });
  const answer = await verifyRunner(client, { token: token.reveal(), systemId, info });
  switch (answer.kind) {
    case 'verified': {
      const { expiresAt, id } = answer;
      return { id, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) };
    }
    case 'unknown':
      return { id: undefined, expiresAt: undefined };
    case 'forbidden':
      throw new RunnerError(
        'GITLAB_UNAUTHORIZED',
        `The runner token was rejected by ${url} (${answer.status}); check that it is complete, and for this GitLab.`,
      );
    case 'busy': {
      const message = `GitLab at ${url} cannot tell just now whether the token is good (${answer.status}); try again.`;
      throw new RunnerError('GITLAB_UNREACHABLE', message, { retryable: true });
    }
  }
}
