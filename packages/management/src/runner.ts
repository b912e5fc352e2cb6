import type { GroupSummary, ProjectSummary } from './place.ts';
import type { UserSummary } from './user-summary.ts';

export type RunnerType = 'instance_type' | 'group_type' | 'project_type';

/** Whether a runner has been heard of; a server that knows more words may use them. */
export type RunnerStatus =
  'online' | 'offline' | 'never_contacted' | 'stale' | 'paused' | (string & Record<never, never>);

/** A runner as lists have it. */
export interface Runner {
  readonly id: number;
  readonly type: RunnerType;
  readonly description: string | undefined;
  readonly name: string | undefined;
  readonly status: RunnerStatus;
  /** A paused runner gets no new jobs. */
  readonly paused: boolean;
  /** Undefined where it was never heard of. */
  readonly online: boolean | undefined;
  readonly ipAddress: string | undefined;
  readonly createdBy: UserSummary | undefined;
  readonly createdAt: Date | undefined;
  /** Whether it works on a job just now. */
  readonly jobExecutionStatus: 'active' | 'idle' | undefined;
}

export type RunnerAccessLevel = 'not_protected' | 'ref_protected';

/** All that GitLab tells of one runner; its version is that of the manager heard of last. */
export interface RunnerDetails extends Runner {
  readonly tags: readonly string[];
  readonly runUntagged: boolean;
  /** A locked runner is not given to further projects. */
  readonly locked: boolean;
  /** `ref_protected`: it takes jobs of protected branches and tags alone. */
  readonly accessLevel: RunnerAccessLevel | undefined;
  readonly maximumTimeoutS: number | undefined;
  readonly version: string | undefined;
  readonly revision: string | undefined;
  readonly platform: string | undefined;
  readonly architecture: string | undefined;
  readonly contactedAt: Date | undefined;
  /** Undefined, too, for who may not change the runner. */
  readonly maintenanceNote: string | undefined;
  /** Those that the caller may see; undefined where they were not asked for. */
  readonly projects: readonly ProjectSummary[] | undefined;
  readonly groups: readonly GroupSummary[];
}

/** One process that uses a runner's token. */
export interface RunnerManager {
  readonly id: number;
  readonly systemId: string;
  readonly status: RunnerStatus;
  readonly version: string | undefined;
  readonly revision: string | undefined;
  readonly platform: string | undefined;
  readonly architecture: string | undefined;
  readonly ipAddress: string | undefined;
  readonly createdAt: Date | undefined;
  readonly contactedAt: Date | undefined;
  readonly jobExecutionStatus: 'active' | 'idle' | undefined;
}
