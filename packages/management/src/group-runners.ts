import type { Connection } from './connection.ts';
import { listAt } from './list-at.ts';
import type { Listing } from './listing.ts';
import { toPathSegment, type IdOrPath } from './place.ts';
import type { RunnerFilter } from './runner-filter.ts';
import type { IssuedToken } from './runner-token.ts';
import type { Runner } from './runner.ts';
import { toRunnerQuery } from './wire-request.ts';
import { wireIssuedToken } from './wire-runner-token.ts';
import { wireRunner } from './wire-runner.ts';

/** The runners of one group. Every call throws `ManagementError`. */
export class GroupRunners {
  readonly #connection: Connection;
  readonly #path: string;

  constructor(connection: Connection, group: IdOrPath) {
    this.#connection = connection;
    this.#path = `groups/${toPathSegment(group)}/runners`;
  }

  /** Its own, its ancestors' and the instance's. */
  list(filter: RunnerFilter = {}): Listing<Runner> {
    const query = toRunnerQuery(filter);
    return listAt(this.#connection, this.#path, { query, schema: wireRunner });
  }

  /** A new token to register runners of the group with, the old way; for the group's owners. */
  resetRegistrationToken(): Promise<IssuedToken> {
    const path = `${this.#path}/reset_registration_token`;
    return this.#connection.fetch({ method: 'POST', path }, wireIssuedToken);
  }
}
