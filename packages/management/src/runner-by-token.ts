import type { ApiCall, Connection } from './connection.ts';
import { isManagementError } from './management-error.ts';
import type { RunnerProcessInfo } from './runner-attributes.ts';
import type { IssuedToken, VerifiedRunner } from './runner-token.ts';
import type { Secret } from './secret.ts';
import { toWireManager } from './wire-request.ts';
import { wireIssuedToken, wireJobRouter, wireVerifiedRunner } from './wire-runner-token.ts';

/** Where jobs may be asked for instead, over a WebSocket. */
export interface JobRouter {
  readonly serverUrl: string;
}

/** What a runner may do with its own token, without anybody's. Every call throws `ManagementError`. */
export class RunnerByToken {
  readonly #connection: Connection;
  readonly #token: Secret;

  constructor(connection: Connection, token: Secret) {
    this.#connection = connection;
    this.#token = token;
  }

  /** Whether the token is good: `GITLAB_FORBIDDEN` where not. With a system id, GitLab notes that process. */
  verify(process: { systemId?: string; info?: RunnerProcessInfo } = {}): Promise<VerifiedRunner> {
    const call = this.#call('POST', 'runners/verify', toWireManager(process));
    return this.#connection.fetch({ ...call, repeatable: true }, wireVerifiedRunner);
  }

  /** A new token; this one is void at once. */
  resetToken(): Promise<IssuedToken> {
    return this.#connection.fetch(
      this.#call('POST', 'runners/reset_authentication_token'),
      wireIssuedToken,
    );
  }

  /** Deletes the runner. */
  async delete(): Promise<void> {
    await this.#connection.send(this.#call('DELETE', 'runners'));
  }

  /** Deletes one process of the runner; the others, and the runner, stay. */
  async deleteManager(systemId: string): Promise<void> {
    await this.#connection.send(
      this.#call('DELETE', 'runners/managers', toWireManager({ systemId })),
    );
  }

  /** Undefined where the server has no job router, or is from before there were any. */
  async discoverJobRouter(): Promise<JobRouter | undefined> {
    const call = {
      method: 'GET',
      path: 'runners/router/discovery',
      as: 'nobody',
      headers: { 'Runner-Token': this.#token.reveal() },
    } as const;
    try {
      return await this.#connection.fetch(call, wireJobRouter);
    } catch (error) {
      if (isManagementError(error) && (error.status === 501 || error.status === 404)) {
        return undefined;
      }
      throw error;
    }
  }

  #call(
    method: ApiCall['method'],
    path: string,
    more: Readonly<Record<string, unknown>> = {},
  ): ApiCall {
    return { method, path, as: 'nobody', json: { token: this.#token.reveal(), ...more } };
  }
}
