import type { CommitFacts } from '../git/commit-facts.ts';
import type { Repository } from '../git/repository.ts';
import type { Variable } from '../variables/variable.ts';
import type { Job } from './job.ts';
import type { Project } from './project.ts';

/** What a pipeline runs for: a branch or a tag at one commit. */
export interface PipelineSource {
  readonly ref: string;
  readonly tag: boolean;
  readonly protected: boolean;
  readonly repository: Repository | undefined;
  readonly commit: CommitFacts;
}

/** Jobs that belong together; `advances` where later ones wait for earlier ones. */
export interface Pipeline {
  readonly id: number;
  readonly iid: number;
  readonly project: Project;
  readonly source: PipelineSource;
  readonly createdAt: number;
  readonly variables: readonly Variable[];
  readonly advances: boolean;
  readonly jobs: Job[];
}
