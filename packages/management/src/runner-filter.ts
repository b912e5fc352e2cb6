import type { PageOptions } from './listing.ts';
import type { RunnerJobStatus } from './runner-job.ts';
import type { RunnerType } from './runner.ts';

export type RunnerStatusFilter = 'online' | 'offline' | 'never_contacted' | 'stale';

/** What GitLab has replaced by `paused`, and still understands as a status. */
export type DeprecatedRunnerStatus = 'active' | 'paused';

/** Which runners to list: those that meet all of it. */
export interface RunnerFilter extends PageOptions {
  readonly type?: RunnerType;
  /** `offline` includes `stale`; for `active` and `paused`, use {@link paused}. */
  readonly status?: RunnerStatusFilter | DeprecatedRunnerStatus;
  readonly paused?: boolean;
  /** Runners that have all of these tags, and perhaps others. */
  readonly tags?: readonly string[];
  /** `17` or `17.5.`: numbers are compared whole, so `1` does not find 17. */
  readonly versionPrefix?: string;
}

/** Lists that still take GitLab's older filter. */
export interface ScopedRunnerFilter extends RunnerFilter {
  /** Deprecated by GitLab in favour of `type` and `status`. */
  readonly scope?: RunnerType | 'specific' | 'shared' | RunnerStatusFilter | DeprecatedRunnerStatus;
}

/** Which of a runner's jobs to list, and from which end. */
export interface RunnerJobFilter extends PageOptions {
  readonly status?: RunnerJobStatus;
  /** Those that one of its managers had. */
  readonly systemId?: string;
  /** By id; `desc`, the newest first, unless given. */
  readonly sort?: 'asc' | 'desc';
  /** `keyset` unless given: no job is missed or seen twice while others are added. */
  readonly pagination?: 'keyset' | 'offset';
  /** Goes on behind a page that was read before. */
  readonly cursor?: string;
}
