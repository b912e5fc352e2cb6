import type { Clock } from '../clock.ts';
import type { Variable } from '../variables/variable.ts';
import type { Ids } from './ids.ts';
import type { Pipeline, PipelineSource } from './pipeline.ts';
import type { Project } from './project.ts';

export interface NewPipeline {
  readonly project: Project;
  readonly source: PipelineSource;
  readonly variables?: readonly Variable[];
  readonly advances?: boolean;
}

/** Every pipeline; jobs that name none share one per project and commit. */
export class Pipelines {
  readonly #ids: Ids;
  readonly #clock: Clock;
  readonly #byId = new Map<number, Pipeline>();
  readonly #shared = new Map<string, Pipeline>();

  constructor(ids: Ids, clock: Clock) {
    this.#ids = ids;
    this.#clock = clock;
  }

  get(id: number): Pipeline | undefined {
    return this.#byId.get(id);
  }

  add(spec: NewPipeline, id = this.#ids.next('pipeline')): Pipeline {
    this.#ids.reserve('pipeline', id);
    spec.project.pipelineCount += 1;
    const pipeline: Pipeline = {
      id,
      iid: spec.project.pipelineCount,
      project: spec.project,
      source: spec.source,
      createdAt: this.#clock.now(),
      variables: spec.variables ?? [],
      advances: spec.advances ?? false,
      jobs: [],
    };
    spec.source.repository?.addPipelineRef(id, spec.source.commit.sha);
    this.#byId.set(id, pipeline);
    return pipeline;
  }

  shared(project: Project, source: PipelineSource): Pipeline {
    const { ref, tag, repository, commit } = source;
    const key = JSON.stringify([
      project.id,
      ref,
      tag,
      source.protected,
      repository?.path,
      commit.sha,
    ]);
    let pipeline = this.#shared.get(key);
    if (pipeline === undefined) {
      pipeline = this.add({ project, source });
      this.#shared.set(key, pipeline);
    }
    return pipeline;
  }
}
