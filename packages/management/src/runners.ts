import { z } from 'zod';
import type { Connection } from './connection.ts';
import { listAt } from './list-at.ts';
import type { Listing, PageOptions } from './listing.ts';
import type { ProjectSummary } from './place.ts';
import type { DeletionOptions, NewRunner, RunnerChanges } from './runner-attributes.ts';
import type { RunnerJobFilter, ScopedRunnerFilter } from './runner-filter.ts';
import type { RunnerJob } from './runner-job.ts';
import type { CreatedRunner, IssuedToken } from './runner-token.ts';
import type { Runner, RunnerDetails, RunnerManager } from './runner.ts';
import { pageQuery } from './wire-page.ts';
import { wireProject } from './wire-place.ts';
import {
  toDetailsQuery,
  toJobQuery,
  toRunnerQuery,
  toWireChanges,
  toWireNewRunner,
} from './wire-request.ts';
import { wireRunnerJob } from './wire-runner-job.ts';
import { wireCreatedRunner, wireIssuedToken } from './wire-runner-token.ts';
import { wireRunner, wireRunnerDetails, wireRunnerManager } from './wire-runner.ts';

/** Runners as users and administrators deal with them, by id. Every call throws `ManagementError`. */
export class Runners {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Those of the projects that the caller maintains and the groups that they own. */
  list(filter: ScopedRunnerFilter = {}): Listing<Runner> {
    const query = toRunnerQuery(filter);
    return listAt(this.#connection, 'runners', { query, schema: wireRunner });
  }

  /** All of the instance, for administrators and auditors. */
  listAll(filter: ScopedRunnerFilter = {}): Listing<Runner> {
    const query = toRunnerQuery(filter);
    return listAt(this.#connection, 'runners/all', { query, schema: wireRunner });
  }

  /** Without its projects GitLab answers sooner, where there are many. */
  get(id: number, { includeProjects = true } = {}): Promise<RunnerDetails> {
    const query = toDetailsQuery(includeProjects);
    return this.#connection.fetch({ method: 'GET', path: pathOf(id), query }, wireRunnerDetails);
  }

  /** Makes a runner whose token is told here, and never again. */
  async create(runner: NewRunner): Promise<CreatedRunner> {
    const json = toWireNewRunner(runner);
    return this.#connection.fetch(
      { method: 'POST', path: 'user/runners', json },
      wireCreatedRunner,
    );
  }

  /** The answer has no `projects`. */
  async update(id: number, changes: RunnerChanges): Promise<RunnerDetails> {
    const json = toWireChanges(changes);
    return this.#connection.fetch({ method: 'PUT', path: pathOf(id), json }, wireRunnerDetails);
  }

  /** The runner gets no new jobs; those that it has go on. */
  pause(id: number): Promise<RunnerDetails> {
    return this.update(id, { paused: true });
  }

  resume(id: number): Promise<RunnerDetails> {
    return this.update(id, { paused: false });
  }

  async delete(id: number, { ifUnmodifiedSince }: DeletionOptions = {}): Promise<void> {
    const headers =
      ifUnmodifiedSince === undefined
        ? {}
        : { 'If-Unmodified-Since': ifUnmodifiedSince.toUTCString() };
    await this.#connection.send({ method: 'DELETE', path: pathOf(id), headers });
  }

  /** A new token for the runner; the old one is void at once, and its processes are locked out. */
  resetToken(id: number): Promise<IssuedToken> {
    const path = `${pathOf(id)}/reset_authentication_token`;
    return this.#connection.fetch({ method: 'POST', path }, wireIssuedToken);
  }

  /** A new token to register instance runners with, the old way. */
  resetRegistrationToken(): Promise<IssuedToken> {
    const path = 'runners/reset_registration_token';
    return this.#connection.fetch({ method: 'POST', path }, wireIssuedToken);
  }

  /** What the runner works on and has worked on, in projects where the caller is a reporter. */
  jobs(id: number, filter: RunnerJobFilter = {}): Listing<RunnerJob> {
    const query = toJobQuery(filter);
    return listAt(this.#connection, `${pathOf(id)}/jobs`, { query, schema: wireRunnerJob });
  }

  /** All processes that use the runner's token; there are no pages. */
  managers(id: number): Promise<readonly RunnerManager[]> {
    const path = `${pathOf(id)}/managers`;
    return this.#connection.fetch({ method: 'GET', path }, z.array(wireRunnerManager));
  }

  /** The projects of a project runner that the caller may see. */
  projects(id: number, options: PageOptions = {}): Listing<ProjectSummary> {
    const query = pageQuery(options);
    return listAt(this.#connection, `${pathOf(id)}/projects`, { query, schema: wireProject });
  }
}

function pathOf(id: number): string {
  return `runners/${id}`;
}
