import type { Logger } from '@fellrunner/core';

import type { RunParts } from '../run/assemble.ts';
import { JobMetrics } from './job-metrics.ts';
import { serveMetrics, type MetricsServer } from './serve-metrics.ts';

/** What `--listen` serves: numbers of what runs, and whether more would be taken. */
export class MetricsEndpoint {
  readonly #address: string;
  readonly #metrics = new JobMetrics();
  readonly observe = this.#metrics.observe;

  constructor(address: string) {
    this.#address = address;
  }

  /** @throws RunnerError `CONFIG_INVALID` where the address cannot be listened at. */
  async serve({ fleet, shutdown, slots, store }: RunParts, logger: Logger): Promise<MetricsServer> {
    this.#metrics.watch({ fleet, store, concurrent: () => slots.limit });
    const server = await serveMetrics(this.#address, {
      metrics: () => this.#metrics.registry.metrics(),
      notReady: () => {
        if (shutdown.hasBegun) return 'stopping';
        return store.health.writable ? undefined : `the store takes nothing: ${store.health.why}`;
      },
    });
    logger.info({ address: server.url }, 'metrics are served');
    return server;
  }
}
