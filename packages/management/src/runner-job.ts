import type { UserSummary } from './user-summary.ts';

export type RunnerJobStatus =
  | 'created'
  | 'waiting_for_resource'
  | 'preparing'
  | 'waiting_for_callback'
  | 'pending'
  | 'running'
  | 'success'
  | 'failed'
  | 'canceling'
  | 'canceled'
  | 'skipped'
  | 'manual'
  | 'scheduled';

/** A job that a runner works on, or has worked on. */
export interface RunnerJob {
  readonly id: number;
  readonly name: string;
  readonly stage: string;
  readonly status: RunnerJobStatus | (string & Record<never, never>);
  readonly ref: string | undefined;
  readonly isTag: boolean;
  readonly allowFailure: boolean;
  readonly coverage: number | undefined;
  readonly createdAt: Date | undefined;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  readonly erasedAt: Date | undefined;
  readonly durationS: number | undefined;
  readonly queuedDurationS: number | undefined;
  /** Of failed jobs alone. */
  readonly failureReason: string | undefined;
  readonly webUrl: string | undefined;
  readonly user: UserSummary | undefined;
  readonly commit: { readonly sha: string; readonly title: string } | undefined;
  readonly pipeline: { readonly id: number; readonly status: string | undefined } | undefined;
  /** Undefined for `GET /job`, which does not say it. */
  readonly project: { readonly id: number; readonly fullPath: string } | undefined;
}
