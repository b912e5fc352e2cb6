import type { RunnerAccessLevel } from './runner.ts';
import type { TokenInput } from './secret.ts';

/** What a new runner is to be like; GitLab fills in what is left out. */
export interface RunnerAttributes {
  readonly description?: string;
  readonly paused?: boolean;
  readonly locked?: boolean;
  readonly accessLevel?: RunnerAccessLevel;
  readonly runUntagged?: boolean;
  readonly tags?: readonly string[];
  /** 600 at least. */
  readonly maximumTimeoutS?: number;
  readonly maintenanceNote?: string;
}

/** A runner to be created, and where. */
export type NewRunner = RunnerAttributes &
  (
    | { readonly type: 'instance_type' }
    | { readonly type: 'group_type'; readonly groupId: number }
    | { readonly type: 'project_type'; readonly projectId: number }
  );

/** What is to change; null takes away, what is left out stays. */
export interface RunnerChanges {
  readonly description?: string | null;
  readonly paused?: boolean;
  /** Deprecated by GitLab: the opposite of `paused`, and not to be given beside it. */
  readonly active?: boolean;
  readonly locked?: boolean;
  readonly accessLevel?: RunnerAccessLevel;
  readonly runUntagged?: boolean;
  /** All of them: tags that are not among them are taken away. */
  readonly tags?: readonly string[];
  readonly maximumTimeoutS?: number | null;
  readonly maintenanceNote?: string | null;
}

/** A runner to be registered the old way, by a registration token. */
export interface RunnerRegistration extends RunnerAttributes {
  readonly registrationToken: TokenInput;
  /** Deprecated by GitLab: the opposite of `paused`, and not to be given beside it. */
  readonly active?: boolean;
  readonly info?: RunnerProcessInfo;
}

/** What a runner's process says of itself. */
export interface RunnerProcessInfo {
  readonly name?: string;
  readonly version?: string;
  readonly revision?: string;
  readonly platform?: string;
  readonly architecture?: string;
  readonly executor?: string;
}

export interface DeletionOptions {
  /** Deletes only what has not changed since; else `GITLAB_CHANGED`. */
  readonly ifUnmodifiedSince?: Date;
}
