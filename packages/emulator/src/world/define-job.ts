import type { ArtifactSpec, JobSpec, RetrySpec } from '../control/wire-job-spec.ts';
import { parseDuration } from '../ci/duration.ts';
import { initialCommit } from '../git/initial-repository.ts';
import { badRequest } from '../http/refusal.ts';
import { jobVariables } from '../variables/job-variables.ts';
import { artifactType } from './artifact-type.ts';
import type { JobDefinition } from './job-definition.ts';
import type { Pipeline, PipelineSource } from './pipeline.ts';
import type { Project } from './project.ts';
import { createDemand } from './runner-match.ts';
import type { User } from './user.ts';
import type { World } from './world.ts';

/** Where a job of a compiled pipeline stands: other jobs are known by their names. */
export interface PipelinePlace {
  readonly pipeline: Pipeline;
  readonly dependencies: readonly string[] | undefined;
  readonly needs: readonly string[] | undefined;
}

/**
 * Fills in what a job's author left out. A job of a compiled pipeline brings its pipeline along;
 * any other gets the one that it names, or that of its project and commit.
 *
 * @throws a refusal where it names what does not exist.
 */
export function defineJob(world: World, spec: JobSpec, place?: PipelinePlace): JobDefinition {
  const user = findUser(world, spec.user_id);
  const pipeline = place?.pipeline ?? findPipeline(world, spec);
  const isProtected = spec.protected ?? pipeline.source.protected;
  for (const { artifact_type: type = 'archive' } of artifactSpecs(spec)) {
    if (artifactType(type) === undefined) throw badRequest(`there is no artifact_type ${type}`);
  }
  for (const id of spec.dependencies ?? []) {
    if (world.jobs.get(id) === undefined) throw badRequest(`there is no job ${id} to depend on`);
  }
  return {
    spec,
    name: spec.name ?? 'test',
    stage: spec.stage ?? 'test',
    stageIndex: spec.stage_idx ?? 0,
    user,
    pipeline,
    demand: createDemand(pipeline.project, isProtected, spec.tags ?? []),
    variables: jobVariables(spec.variables ?? {}),
    timeoutS: timeoutOf(spec, pipeline.project),
    retry: retryOf(spec),
    dependencies: place === undefined ? spec.dependencies : place.dependencies,
    needs: place?.needs,
    requiredFeatures: requiredFeatures(spec),
  };
}

export function artifactSpecs({ artifacts }: JobSpec): readonly ArtifactSpec[] {
  return artifacts === undefined ? [] : [artifacts].flat();
}

function findUser(world: World, id: number | undefined): User {
  const user = id === undefined ? world.root : world.users.get(id);
  if (user === undefined) throw badRequest(`there is no user ${id}`);
  return user;
}

function findPipeline(world: World, spec: JobSpec): Pipeline {
  const { pipeline_id: id } = spec;
  const existing = id === undefined ? undefined : world.pipelines.get(id);
  if (existing !== undefined) return existing;
  const project = findProject(world, spec.project_id);
  const source = findSource(world, spec, project);
  if (id === undefined) return world.pipelines.shared(project, source);
  return world.pipelines.add({ project, source }, id);
}

function findProject(world: World, id: number | undefined): Project {
  const project = id === undefined ? world.defaultProject : world.projects.project(id);
  if (project === undefined) throw badRequest(`there is no project ${id}`);
  return project;
}

/** The branch or tag of a repository on disk; where none is named, a commit without files. */
export function findSource(
  world: World,
  spec: Pick<JobSpec, 'git' | 'ref' | 'tag' | 'protected'>,
  project: Project,
): PipelineSource {
  const repository = spec.git === undefined ? undefined : openRepository(world, spec.git.path);
  project.repository = repository ?? project.repository;
  const { ref, tag, commit } =
    repository === undefined
      ? { ref: spec.ref ?? project.defaultBranch, tag: spec.tag === true, commit: initialCommit }
      : orRefuse(() => repository.resolve(spec.ref, spec.tag));
  const defaultBranch = repository?.defaultBranch ?? project.defaultBranch;
  // GitLab protects a project's default branch by itself.
  const isProtected = spec.protected ?? (!tag && ref === defaultBranch);
  return { ref, tag, commit, repository, protected: isProtected };
}

function openRepository(world: World, path: string): ReturnType<World['repositories']['open']> {
  return orRefuse(() => world.repositories.open(path));
}

function orRefuse<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

function timeoutOf(spec: JobSpec, project: Project): number {
  if (spec.timeout === undefined) return project.timeoutS;
  const seconds = parseDuration(String(spec.timeout));
  if (seconds === undefined) {
    throw badRequest(`a job's timeout cannot be ${JSON.stringify(spec.timeout)}`);
  }
  return seconds;
}

function retryOf({ retry = 0 }: JobSpec): RetrySpec {
  return typeof retry === 'number' ? { max: retry } : retry;
}

/** GitLab hands a job only to a runner that says it can do what the job needs. */
function requiredFeatures(spec: JobSpec): string[] {
  const artifacts = artifactSpecs(spec);
  const caches = spec.cache === undefined ? [] : [spec.cache].flat();
  const retry = typeof spec.retry === 'object' ? spec.retry : undefined;
  const needs: Readonly<Record<string, boolean>> = {
    upload_multiple_artifacts: artifacts.some(
      ({ artifact_type: type = 'archive' }) => type !== 'archive',
    ),
    artifacts_exclude: artifacts.some(({ exclude }) => exclude !== undefined && exclude.length > 0),
    multi_build_steps: spec.release !== undefined,
    return_exit_code: typeof spec.allow_failure === 'object' || retry?.exit_codes !== undefined,
    fallback_cache_keys: caches.some(
      ({ fallback_keys: keys }) => keys !== undefined && keys.length > 0,
    ),
  };
  return Object.keys(needs).filter((feature) => needs[feature] === true);
}
