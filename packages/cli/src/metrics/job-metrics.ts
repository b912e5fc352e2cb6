import { toFailureReason, type EventLog } from '@fellrunner/core';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { Fleet } from '../run/fleet.ts';
import type { JobObserver } from '../run/observed-log.ts';
import { packageVersion } from '../version.ts';

/** What the gauges are read from when somebody asks. */
export interface MetricsSources {
  readonly fleet: Fleet;
  readonly store: Pick<EventLog, 'health'>;
  readonly concurrent: () => number;
}

/** gitlab-runner's own, in seconds, so that its dashboards fit. */
const DURATION_BUCKETS = [30, 60, 300, 600, 1800, 3600, 7200, 10_800, 18_000, 36_000];

/**
 * The numbers for Prometheus: those that gitlab-runner has too under its names, and what only
 * this runner does under `fellrunner_`.
 */
export class JobMetrics {
  readonly registry = new Registry();
  readonly #received = new Counter({
    name: 'gitlab_runner_jobs_total',
    help: 'Jobs received.',
    labelNames: ['runner'],
    registers: [this.registry],
  });
  readonly #failed = new Counter({
    name: 'gitlab_runner_failed_jobs_total',
    help: "Jobs failed, by GitLab's reason.",
    labelNames: ['runner', 'failure_reason'],
    registers: [this.registry],
  });
  readonly #duration = new Histogram({
    name: 'gitlab_runner_job_duration_seconds',
    help: 'How long jobs took until their end stood.',
    labelNames: ['runner'],
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });
  readonly #resumed = new Counter({
    name: 'fellrunner_jobs_resumed_total',
    help: 'Jobs taken up from an earlier process.',
    labelNames: ['runner'],
    registers: [this.registry],
  });

  readonly observe: JobObserver = ({ facts: { runner }, receivedAt }, event) => {
    if (event.type === 'job.received') this.#received.inc({ runner });
    if (event.type === 'job.resumed') this.#resumed.inc({ runner });
    if (event.type !== 'job.finished') return;
    this.#duration.observe({ runner }, (event.at - receivedAt) / 1000);
    const { outcome } = event.data;
    if (outcome.status !== 'failed') return;
    this.#failed.inc({ runner, failure_reason: toFailureReason(outcome.failure) });
  };

  /** Adds what is read at the moment of asking. */
  watch({ concurrent, fleet, store }: MetricsSources): void {
    collectDefaultMetrics({ register: this.registry });
    this.#addGauge('gitlab_runner_concurrent', 'How many jobs may run at once.', concurrent);
    this.#addGauge('fellrunner_store_writable', 'Whether the store takes events.', () =>
      store.health.writable ? 1 : 0,
    );
    this.#addJobs(fleet);
    this.#addVersion();
  }

  #addGauge(name: string, help: string, read: () => number): void {
    const collect = (): void => gauge.set(read());
    const gauge = new Gauge({ name, help, registers: [], collect });
    this.registry.registerMetric(gauge);
  }

  #addJobs(fleet: Fleet): void {
    const collect = (): void => {
      gauge.reset();
      for (const { state } of fleet.jobs) {
        gauge.inc({ runner: state.context.job.runner, state: state.name });
      }
    };
    const gauge = new Gauge({
      name: 'gitlab_runner_jobs',
      help: 'Jobs that are not reported, by state.',
      labelNames: ['runner', 'state'],
      registers: [],
      collect,
    });
    this.registry.registerMetric(gauge);
  }

  #addVersion(): void {
    const gauge = new Gauge({
      name: 'gitlab_runner_version_info',
      help: 'Always 1; the version is a label.',
      labelNames: ['name', 'version'],
      registers: [this.registry],
    });
    gauge.set({ name: 'fellrunner', version: packageVersion() }, 1);
  }
}
