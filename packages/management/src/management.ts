import { Connection } from './connection.ts';
import { GroupRunners } from './group-runners.ts';
import { parseToken, resolveOptions, type ManagementOptions } from './management-options.ts';
import type { IdOrPath } from './place.ts';
import { ProjectRunners } from './project-runners.ts';
import type { RunnerRegistration } from './runner-attributes.ts';
import { RunnerByToken } from './runner-by-token.ts';
import type { RunnerJob } from './runner-job.ts';
import type { CreatedRunner } from './runner-token.ts';
import { Runners } from './runners.ts';
import type { TokenInput } from './secret.ts';
import { toWireRegistration } from './wire-request.ts';
import { wireRunnerJob } from './wire-runner-job.ts';
import { wireCreatedRunner } from './wire-runner-token.ts';

/**
 * A client for the Runners API of one GitLab.
 *
 * @example
 * ```ts
 * await using gitlab = createManagement({ url: 'https://gitlab.example.com', token });
 * for await (const runner of gitlab.runners.list({ status: 'stale' })) {
 *   await gitlab.runners.delete(runner.id);
 * }
 * ```
 * @throws ManagementError `CONFIG_INVALID`
 */
export function createManagement(options: ManagementOptions): Management {
  return new Management(options);
}

/** A client for the Runners API; it ends with `await using`. Every call throws `ManagementError`. */
export class Management implements AsyncDisposable {
  readonly runners: Runners;
  readonly #connection: Connection;

  constructor(options: ManagementOptions) {
    this.#connection = new Connection(resolveOptions(options));
    this.runners = new Runners(this.#connection);
  }

  projectRunners(project: IdOrPath): ProjectRunners {
    return new ProjectRunners(this.#connection, project);
  }

  groupRunners(group: IdOrPath): GroupRunners {
    return new GroupRunners(this.#connection, group);
  }

  /** What a runner may do with its own token. */
  runnerByToken(token: TokenInput): RunnerByToken {
    return new RunnerByToken(this.#connection, parseToken(token));
  }

  /**
   * Registers a runner the old way. GitLab has deprecated it, and may have it switched off
   * (`GITLAB_GONE`): prefer `runners.create`.
   */
  async register(registration: RunnerRegistration): Promise<CreatedRunner> {
    const json = toWireRegistration(registration);
    const call = { method: 'POST', path: 'runners', as: 'nobody', json } as const;
    return this.#connection.fetch(call, wireCreatedRunner);
  }

  /** The running job that a job's token belongs to. */
  async currentJob(jobToken: TokenInput): Promise<RunnerJob> {
    const headers = { 'JOB-TOKEN': parseToken(jobToken).reveal() };
    const call = { method: 'GET', path: 'job', as: 'nobody', headers } as const;
    return this.#connection.fetch(call, wireRunnerJob);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#connection[Symbol.asyncDispose]();
  }
}
