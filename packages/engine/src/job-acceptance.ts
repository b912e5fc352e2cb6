import {
  isRunnerError,
  updateJob,
  type GitLabClient,
  type JobCredentials,
  type RunnerInfo,
} from '@fellrunner/core';

/** What is known of a server from its answers; all jobs of a connection share it. */
export interface ServerFacts {
  /** It hands a job out for good only when its runner says that it runs it. */
  hasTwoPhases: boolean;
}

export type Acceptance = 'accepted' | 'refused' | 'unanswered';

/** Tells a server with two-phase commit that this runner has the job. */
export class JobAcceptance {
  readonly #client: GitLabClient;
  readonly #server: ServerFacts;
  readonly #job: JobCredentials;
  readonly #info: RunnerInfo;
  #asking: Promise<Acceptance> | undefined;
  #isAccepted = false;

  constructor(parts: {
    readonly client: GitLabClient;
    readonly server: ServerFacts;
    readonly job: JobCredentials;
    readonly info: RunnerInfo;
  }) {
    this.#client = parts.client;
    this.#server = parts.server;
    this.#job = parts.job;
    this.#info = parts.info;
  }

  /** Asked before a job's first work: another runner may have got it after a restart. */
  async acceptEarly(): Promise<Acceptance> {
    return this.#server.hasTwoPhases && !this.#isAccepted ? this.accept() : 'accepted';
  }

  /**
   * The server says that the job waits for this: from here on its others will as well. Who asks
   * while an answer is awaited gets that one: to a second request the job would be another's.
   */
  accept(): Promise<Acceptance> {
    this.#server.hasTwoPhases = true;
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(): Promise<Acceptance> {
    const acceptance = await this.#tell();
    this.#isAccepted = acceptance === 'accepted';
    return acceptance;
  }

  async #tell(): Promise<Acceptance> {
    try {
      const answer = await updateJob(this.#client, {
        ...this.#job,
        info: this.#info,
        state: 'running',
      });
      if (answer.kind === 'done') return 'accepted';
      return answer.kind === 'gone' || answer.kind === 'refused' ? 'refused' : 'unanswered';
    } catch (error) {
      if (!isRunnerError(error)) throw error;
      return 'unanswered';
    }
  }
}
