import type { Json, JsonObject } from '../http/parameters.ts';
import { expandVariables } from '../variables/expand-variables.ts';
import { variablesAfter, variablesBefore } from '../variables/predefined-variables.ts';
import type { Variable } from '../variables/variable.ts';
import { artifactSpecs } from '../world/define-job.ts';
import { failureReasons } from '../world/failure-reason.ts';
import type { Job } from '../world/job.ts';
import { rootOf } from '../world/namespace.ts';
import type { World } from '../world/world.ts';
import { artifactsPayload, linesOf } from './artifacts.ts';
import { cachePayload } from './cache.ts';
import { dependenciesOf, dependencyPayload } from './dependencies.ts';
import { gitInfoPayload } from './git-info.ts';
import { imagePayload, servicePayload } from './image.ts';
import { mergeDeeply } from './merge-deeply.ts';
import { stepsPayload } from './steps.ts';

const INSTANCE_RUNNER_COUNT_LIMIT = 5;

/** What is known only when a job is handed out. */
export interface Handover {
  readonly size: number;
  readonly depth: number;
  readonly nowMs: number;
  readonly sessionUrl: string | undefined;
}

/** The body of the 201 that hands a job to its runner. */
export function buildPayload(world: World, job: Job, handover: Handover): JsonObject {
  const { spec } = job.definition;
  const variables = payloadVariables(world, job);
  const payload: JsonObject = {
    id: job.id,
    token: job.token,
    allow_git_fetch: true,
    job_info: jobInfo(world, job, handover),
    git_info: gitInfoPayload(job, world.url, variables),
    runner_info: {
      uuid: runnerUuid(job),
      timeout: job.timeoutS,
      runner_session_url: handover.sessionUrl ?? null,
    },
    inputs: inputsPayload(spec.inputs ?? {}),
    variables: variables as unknown as Json[],
    ...(spec.run === undefined ? { steps: stepsPayload(job) } : { run: JSON.stringify(spec.run) }),
    hooks: Object.entries(spec.hooks ?? {}).map(([name, script]) => ({
      name,
      script: linesOf(script),
    })),
    image: imagePayload(spec.image),
    services: (spec.services ?? []).map(servicePayload),
    artifacts: artifactsPayload(artifactSpecs(spec)),
    cache: (spec.cache === undefined ? [] : [spec.cache].flat()).map((cache) =>
      cachePayload(cache, job),
    ),
    credentials: credentials(world, job),
    dependencies: dependenciesOf(world, job).map((other) =>
      dependencyPayload(other, job, handover.nowMs),
    ),
    features: { trace_sections: true, failure_reasons: failureReasons },
  };
  return spec.payload === undefined ? payload : mergeDeeply(payload, spec.payload);
}

function payloadVariables(world: World, job: Job): readonly Variable[] {
  const surroundings = { url: world.url, registry: world.settings.registry };
  return expandVariables([
    ...variablesBefore(job, surroundings),
    ...job.definition.variables,
    ...variablesAfter(job),
    ...dependenciesOf(world, job).flatMap(reportedVariables),
    ...job.pipeline.variables,
  ]);
}

/** What a job that is depended on has put into its dotenv report. */
function reportedVariables({ artifacts }: Job): readonly Variable[] {
  return artifacts.get('dotenv')?.variables ?? [];
}

function jobInfo(world: World, job: Job, handover: Handover): JsonObject {
  const { project, pipeline, definition } = job;
  return {
    id: job.id,
    name: definition.name,
    stage: definition.stage,
    pipeline_id: pipeline.id,
    project_id: project.id,
    project_name: project.name,
    project_full_path: project.fullPath,
    namespace_id: project.namespace.id,
    root_namespace_id: rootOf(project.namespace).id,
    organization_id: 1,
    instance_id: world.instanceId,
    instance_uuid: world.instanceUuid,
    user_id: definition.user.id,
    scoped_user_id: null,
    time_in_queue_seconds: Math.trunc((handover.nowMs - (job.queuedAt ?? handover.nowMs)) / 1000),
    project_jobs_running_on_instance_runners_count: runningCount(job),
    queue_size: handover.size,
    queue_depth: handover.depth,
  };
}

/** Others of the project, as a word: GitLab counts for instance runners only, and no further than 5. */
function runningCount({ runner, project }: Job): string {
  if (runner?.type !== 'instance_type') return '+Inf';
  const others = project.runningOnInstanceRunners - 1;
  return others < INSTANCE_RUNNER_COUNT_LIMIT ? String(others) : `${INSTANCE_RUNNER_COUNT_LIMIT}+`;
}

function runnerUuid({ runner }: Job): string {
  return String(runner?.id ?? 0).padStart(32, '0');
}

function inputsPayload(inputs: JsonObject): JsonObject[] {
  return Object.entries(inputs).map(([key, content = null]) => ({
    key,
    value: { content, type: Array.isArray(content) ? 'array' : typeof content },
  }));
}

function credentials({ settings }: World, job: Job): JsonObject[] {
  if (settings.registry === null) return [];
  return [
    { type: 'registry', url: settings.registry, username: 'gitlab-ci-token', password: job.token },
  ];
}
