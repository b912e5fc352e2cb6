import type { JsonObject } from '../http/parameters.ts';
import { isAvailable } from '../world/artifact.ts';
import type { Job } from '../world/job.ts';
import type { World } from '../world/world.ts';

/** The jobs whose artifacts a job gets: those it names, else all of earlier stages. */
export function dependenciesOf(world: World, job: Job): Job[] {
  const { dependencies, stageIndex } = job.definition;
  if (dependencies !== undefined) {
    return dependencies.flatMap((which) =>
      typeof which === 'number'
        ? (world.jobs.get(which) ?? [])
        : job.pipeline.jobs.filter(
            ({ definition, retried }) => definition.name === which && !retried,
          ),
    );
  }
  if (stageIndex === 0) return [];
  return job.pipeline.jobs.filter(
    ({ definition, retried }) => definition.stageIndex < stageIndex && !retried,
  );
}

/** The token is the running job's own: it may read what its user may. */
export function dependencyPayload(dependency: Job, job: Job, nowMs: number): JsonObject {
  const archive = dependency.artifacts.get('archive');
  return {
    id: dependency.id,
    name: dependency.definition.name,
    token: job.token,
    ...(isAvailable(archive, nowMs)
      ? { artifacts_file: { filename: archive.filename, size: archive.size } }
      : {}),
  };
}
