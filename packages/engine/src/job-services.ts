import type {
  Clock,
  EventLog,
  GitLabClient,
  JobExecutor,
  Logger,
  RunnerFacts,
  RunnerInfo,
} from '@fellrunner/core';

import type { ServerFacts } from './job-acceptance.ts';
import type { Network } from './network/network.ts';
import type { WorkerPools } from './pool/worker-pools.ts';
import type { PatchSize } from './trace/patch-size.ts';

/** What a job's run works with; a runner has one for all of its jobs. */
export interface JobServices {
  readonly log: EventLog;
  readonly client: GitLabClient;
  /** How the client's server is reached, for downloads in a job's thread. */
  readonly network: Network;
  readonly pools: WorkerPools;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly info: RunnerInfo;
  /** The executor where it ships with the product: what it says of a job is asked here. */
  readonly executor: JobExecutor | undefined;
  /** The URL of the handler's or executor's module. */
  readonly module: string;
  readonly patchSize: PatchSize;
  readonly server: ServerFacts;
  /** Below it each job has its folder, named by its key. */
  readonly jobsDir: string;
  readonly outputLimitBytes: number;
  readonly cancelGraceMs: number;
  readonly runner: Omit<RunnerFacts, 'jobKey' | 'slot'>;
}
