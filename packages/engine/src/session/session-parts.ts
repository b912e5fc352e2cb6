import type { Clock, GitLabClient, Job } from '@fellrunner/core';

import type { ServerFacts } from '../job-acceptance.ts';
import type { Network } from '../network/network.ts';
import type { JobState } from './job-text.ts';

/** What a session is made of; only `requestJob` and `restore` make one. */
export interface SessionParts {
  readonly client: GitLabClient;
  readonly network: Network;
  readonly clock: Clock;
  readonly server: ServerFacts;
  readonly job: Job;
  readonly state: Omit<JobState, 'log'>;
  /** What the text had of the log; undefined for a new job. */
  readonly restored?: Uint8Array;
  /** Given where the client is the session's alone. */
  readonly close?: () => Promise<void>;
}
