import type { Connection } from './connection.ts';
import { listAt } from './list-at.ts';
import type { Listing } from './listing.ts';
import { toPathSegment, type IdOrPath } from './place.ts';
import type { ScopedRunnerFilter } from './runner-filter.ts';
import type { IssuedToken } from './runner-token.ts';
import type { Runner } from './runner.ts';
import { toRunnerQuery, toWireAssignment } from './wire-request.ts';
import { wireIssuedToken } from './wire-runner-token.ts';
import { wireRunner } from './wire-runner.ts';

/** The runners of one project, for those who maintain it. Every call throws `ManagementError`. */
export class ProjectRunners {
  readonly #connection: Connection;
  readonly #path: string;

  constructor(connection: Connection, project: IdOrPath) {
    this.#connection = connection;
    this.#path = `projects/${toPathSegment(project)}/runners`;
  }

  /** All that may take the project's jobs: its own, its groups' and the instance's. */
  list(filter: ScopedRunnerFilter = {}): Listing<Runner> {
    const query = toRunnerQuery(filter);
    return listAt(this.#connection, this.#path, { query, schema: wireRunner });
  }

  /** Lets another project's runner take this one's jobs, too, unless it is locked. */
  enable(runnerId: number): Promise<Runner> {
    const json = toWireAssignment(runnerId);
    return this.#connection.fetch({ method: 'POST', path: this.#path, json }, wireRunner);
  }

  /** The project that owns the runner cannot let go of it: it is to be deleted instead. */
  async disable(runnerId: number): Promise<void> {
    await this.#connection.send({ method: 'DELETE', path: `${this.#path}/${runnerId}` });
  }

  /** A new token to register runners of the project with, the old way. */
  resetRegistrationToken(): Promise<IssuedToken> {
    const path = `${this.#path}/reset_registration_token`;
    return this.#connection.fetch({ method: 'POST', path }, wireIssuedToken);
  }
}
