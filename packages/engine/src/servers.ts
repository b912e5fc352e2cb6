import { GitLabClient, isRunnerError, normaliseUrl, type ReceivedJob } from '@fellrunner/core';

import type { ServerFacts } from './job-acceptance.ts';
import { openConnections, type Network } from './network/network.ts';
import type { RunnerConfig } from './runner-options.ts';
import { VERSION } from './version.ts';

/** A GitLab, how it is reached, and what is known of it from its answers. */
export interface Server {
  readonly client: GitLabClient;
  readonly network: Network;
  readonly facts: ServerFacts;
}

/** The servers of a runner's jobs: its own, and those of jobs that it took up. */
export class Servers implements AsyncDisposable {
  readonly own: Server;
  readonly #config: RunnerConfig;
  readonly #all = new Map<string, Server>();

  /** @throws RunnerError `CONFIG_INVALID` where a file of the runner's TLS settings cannot be used. */
  constructor(config: RunnerConfig) {
    this.#config = config;
    this.own = this.#open(config.url, config.tls);
  }

  /**
   * A job goes back to the server that it came from, with the settings that it came with. Where
   * their files are no longer there, the runner's own serve for the same server.
   *
   * @throws RunnerError `CONFIG_INVALID`
   */
  of({ tls, url }: Pick<ReceivedJob, 'tls' | 'url'>): Server {
    const isOwn = url === this.own.client.url;
    try {
      return this.#open(url, tls ?? (isOwn ? this.#config.tls : {}));
    } catch (error) {
      if (!isOwn || !isRunnerError(error)) throw error;
      this.#config.logger.warn({}, `${error.message} The runner's own settings are used instead.`);
      return this.own;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#all.values()].map(({ client }) => client[Symbol.asyncDispose]()));
  }

  #open(address: string, tls: Network['tls']): Server {
    const url = normaliseUrl(address);
    const name = JSON.stringify([url, tls.caFile, tls.certFile, tls.keyFile]);
    const known = this.#all.get(name);
    if (known !== undefined) return known;
    const { logger, proxies } = this.#config;
    const network = { tls, proxies };
    const connections = openConnections(network, (trouble) => logger.warn({}, trouble));
    const client = new GitLabClient({ url, connections, userAgent: `fellrunner ${VERSION}` });
    const server = { client, network, facts: { hasTwoPhases: false } };
    this.#all.set(name, server);
    return server;
  }
}
