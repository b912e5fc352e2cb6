import type { JobSpec, RetrySpec } from '../control/wire-job-spec.ts';
import type { Variable } from '../variables/variable.ts';
import type { Pipeline } from './pipeline.ts';
import type { Demand } from './runner-match.ts';
import type { User } from './user.ts';

/** What a job is, before and whatever becomes of it; shared by jobs that were made at once. */
export interface JobDefinition {
  readonly spec: JobSpec;
  readonly name: string;
  readonly stage: string;
  readonly stageIndex: number;
  readonly user: User;
  readonly pipeline: Pipeline;
  readonly demand: Demand;
  readonly variables: readonly Variable[];
  readonly timeoutS: number;
  readonly retry: RetrySpec;
  /** The jobs whose artifacts it gets, by id or by name; undefined: those of all earlier stages. */
  readonly dependencies: readonly (number | string)[] | undefined;
  /** The jobs that it waits for, by name; undefined: all of earlier stages. */
  readonly needs: readonly string[] | undefined;
  /** What a runner must announce in `info.features` to get the job. */
  readonly requiredFeatures: readonly string[];
}
