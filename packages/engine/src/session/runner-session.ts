import {
  createRunnerInfo,
  parseJob,
  requestJob,
  RunnerError,
  Secret,
  systemClock,
  verifyRunner,
  type Clock,
  type GitLabClient,
  type Job,
  type RunnerInfo,
  type TlsFiles,
} from '@fellrunner/core';

import type { ServerFacts } from '../job-acceptance.ts';
import type { Network } from '../network/network.ts';
import { createSystemId } from '../system-id.ts';
import { VERSION } from '../version.ts';
import { connect } from './connect.ts';
import { JobSession, type RestoreOptions } from './job-session.ts';
import { refuseJob } from './refuse-job.ts';
import { parseText, toText, type TextOptions } from './session-text.ts';

export interface RunnerSessionOptions {
  /** The GitLab server's address. */
  readonly url: string;
  /** The runner's authentication token (`glrt-…`). */
  readonly token: string;
  /** By what GitLab knows this machine; made from the machine's id where left out. */
  readonly systemId?: string;
  /** What GitLab shows of the runner. */
  readonly info?: Partial<
    Pick<RunnerInfo, 'version' | 'revision' | 'platform' | 'architecture' | 'executor'>
  >;
  /** Of a job's log, in bytes; 0 for none. */
  readonly outputLimitBytes?: number;
  /** Read again when they change. Proxies are named by the process's environment. */
  readonly tls?: TlsFiles;
  readonly clock?: Clock;
}

/**
 * A runner for programs that own their loop: it asks for a job when it is told to, and hands it
 * over. It needs no handler and no store; nothing of it survives the process but what
 * `serialize` gives.
 *
 * @example
 * ```ts
 * await using runner = new RunnerSession({ url, token });
 * const job = await runner.requestJob();
 * await job?.log.line('Hello from a loop of my own');
 * await job?.succeed();
 * ```
 */
export class RunnerSession implements AsyncDisposable {
  readonly url: string;
  readonly token: Secret;
  readonly systemId: string;
  /** What GitLab is told of this runner with each request. */
  readonly info: RunnerInfo;
  readonly #outputLimitBytes: number;
  readonly #clock: Clock;
  readonly #client: GitLabClient;
  readonly #network: Network;
  readonly #server: ServerFacts = { hasTwoPhases: false };

  constructor(options: RunnerSessionOptions) {
    const { clock = systemClock, tls, token, systemId = createSystemId(), url } = options;
    const { client, network } = connect(url, tls);
    this.#client = client;
    this.#network = network;
    this.url = this.#client.url;
    this.token = new Secret(token);
    this.systemId = systemId.slice(0, 64);
    this.info = createRunnerInfo({
      version: VERSION,
      revision: 'unknown',
      platform: process.platform,
      architecture: process.arch,
      executor: 'custom',
      ...options.info,
    });
    this.#outputLimitBytes = options.outputLimitBytes ?? 4 * 1024 * 1024;
    this.#clock = clock;
  }

  /**
   * Makes a runner from the text that {@link serialize} made; GitLab is not asked.
   *
   * @throws RunnerError `PAYLOAD_INVALID` where the text is no runner's.
   */
  static restore(text: string, { clock, tls, ...options }: RestoreOptions = {}): RunnerSession {
    const fields = parseText('runner', text, options);
    const info = fields.nested('info');
    return new RunnerSession({
      url: fields.string('url'),
      token: fields.string('token'),
      systemId: fields.string('systemId'),
      info: {
        version: info.string('version'),
        revision: info.string('revision'),
        platform: info.string('platform'),
        architecture: info.string('architecture'),
        executor: info.string('executor'),
      },
      outputLimitBytes: fields.number('outputLimitBytes'),
      ...(clock && { clock }),
      ...(tls && { tls }),
    });
  }

  /**
   * The runner as a text, its token in it: keep it as a password is kept, or give a key. GitLab is
   * not asked.
   */
  serialize(options: TextOptions = {}): string {
    const { info, systemId, token, url } = this;
    const outputLimitBytes = this.#outputLimitBytes;
    return toText(
      'runner',
      { url, token: token.reveal(), systemId, info, outputLimitBytes },
      options,
    );
  }

  /**
   * Asks GitLab whether the token is good.
   *
   * @throws RunnerError `GITLAB_UNAUTHORIZED`, `GITLAB_UNREACHABLE`
   */
  async verify(signal?: AbortSignal): Promise<void> {
    const { info, systemId } = this;
    const runner = { token: this.token.reveal(), systemId, info };
    const { kind } = await verifyRunner(this.#client, runner, signal);
    if (kind === 'forbidden') throw this.#forbidden();
  }

  /**
   * Asks once for a job; undefined where there is none. It is to be awaited to its end: a job that
   * GitLab hands out to nobody waits there for its timeout.
   *
   * A job that cannot be read is reported as failed (`runner_system_failure`), and the error
   * thrown.
   *
   * @throws RunnerError `GITLAB_UNAUTHORIZED`, `GITLAB_UNREACHABLE` and `GITLAB_UNEXPECTED` (both
   *   retryable), `PAYLOAD_INVALID`
   */
  async requestJob(): Promise<JobSession | undefined> {
    const { info, systemId } = this;
    const answer = await requestJob(this.#client, { token: this.token.reveal(), systemId, info });
    switch (answer.kind) {
      case 'job':
        return this.#begin(answer.payload);
      case 'none':
      case 'conflict':
        return undefined;
      case 'forbidden':
        throw this.#forbidden();
      case 'busy':
        throw new RunnerError(
          'GITLAB_UNEXPECTED',
          `GitLab at ${this.url} answers ${answer.status} to a request for a job; try again later.`,
          { retryable: true },
        );
    }
  }

  /** Ends the connections; a session that is still needed is to be restored from its text. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  async #begin(payload: string): Promise<JobSession> {
    const { info, url } = this;
    const outputLimitBytes = this.#outputLimitBytes;
    const masking = { settledBytes: 0, raw: new Uint8Array(), passedBytes: 0 };
    return new JobSession({
      client: this.#client,
      network: this.#network,
      clock: this.#clock,
      server: this.#server,
      job: await this.#read(payload),
      state: { url, info, payload, outputLimitBytes, masking, outcome: undefined },
    });
  }

  async #read(payload: string): Promise<Job> {
    try {
      return parseJob(payload);
    } catch (error) {
      const [client, clock, server] = [this.#client, this.#clock, this.#server];
      await refuseJob({ client, clock, server, info: this.info, payload, error });
      throw error;
    }
  }

  #forbidden(): RunnerError {
    return new RunnerError(
      'GITLAB_UNAUTHORIZED',
      `The runner token was rejected by ${this.url}; create a new one there, or check where this one comes from.`,
    );
  }
}
