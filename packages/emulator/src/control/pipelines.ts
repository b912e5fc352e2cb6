import { compilePipeline, PipelineRefused, type PipelineJob } from '../ci/compile-pipeline.ts';
import { CommitFiles } from '../git/commit-files.ts';
import type { Call } from '../http/call.ts';
import { isJsonObject, toText, type JsonObject } from '../http/parameters.ts';
import { badRequest, notFound, Refusal } from '../http/refusal.ts';
import { json, type Reply } from '../http/reply.ts';
import { jobVariables } from '../variables/job-variables.ts';
import { variablesForRules } from '../variables/predefined-variables.ts';
import { advancePipeline } from '../world/advance-pipeline.ts';
import { compositeStatus } from '../world/composite-status.ts';
import { defineJob, findSource } from '../world/define-job.ts';
import type { Pipeline, PipelineSource } from '../world/pipeline.ts';
import type { World } from '../world/world.ts';
import { viewJob, type JobView } from './job-view.ts';
import { bodyOf } from './jobs.ts';

/** A pipeline as `POST /_emulator/pipelines` takes it. */
export interface PipelineSpec {
  /** A repository on this machine's disk with a `.gitlab-ci.yml`. */
  readonly path: string;
  /** A branch or tag; left out, the default branch. */
  readonly ref?: string;
  /** They win over those of the configuration. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Makes the pipeline of a commit's `.gitlab-ci.yml`. @throws a refusal that names file and line. */
export function createPipeline(world: World, spec: PipelineSpec): Pipeline {
  const project = world.defaultProject;
  const ref = spec.ref === undefined ? {} : { ref: spec.ref };
  const source = findSource(world, { git: { path: spec.path }, ...ref }, project);
  const jobs = compile(world, source, spec.variables ?? {});
  const variables = jobVariables(spec.variables ?? {});
  const pipeline = world.pipelines.add({ project, source, variables, advances: true });
  for (const job of jobs) addJob(world, pipeline, job);
  advancePipeline(world.jobs, pipeline);
  return pipeline;
}

function compile(
  world: World,
  source: PipelineSource,
  variables: Readonly<Record<string, string>>,
): readonly PipelineJob[] {
  const { repository, commit, ref, tag } = source;
  if (repository === undefined) throw new Error('A pipeline is made from a repository.');
  const files = new CommitFiles(repository, commit.sha);
  const surroundings = { url: world.url, registry: world.settings.registry };
  const predefined = variablesForRules(world.defaultProject, source, world.root, surroundings);
  try {
    return compilePipeline({
      ref,
      tag,
      variables,
      predefined: Object.fromEntries(predefined.map(({ key, value }) => [key, value])),
      readFile: (path) => files.read(path),
      listFiles: () => files.list(),
      lastCommitOf: (path) => files.lastCommitOf(path),
    }).jobs;
  } catch (error) {
    if (!(error instanceof PipelineRefused)) throw error;
    const { message, problems } = error;
    throw new Refusal(json(400, { message, problems }), message);
  }
}

/** Other jobs are named by a compiled job; by number only once they are made. */
function addJob(world: World, pipeline: Pipeline, compiled: PipelineJob): void {
  const { needs, dependencies, ...spec } = compiled;
  const names = needs?.map(({ job }) => job);
  world.jobs.create(defineJob(world, spec, { pipeline, dependencies, needs: names }));
}

/** A pipeline as `GET /_emulator/pipelines/:id` shows it; jobs that were retried are among its own. */
export interface PipelineView {
  readonly id: number;
  readonly status: string;
  readonly ref: string;
  readonly sha: string;
  readonly jobs: readonly JobView[];
}

function viewPipeline({ id, source, jobs }: Pipeline): PipelineView {
  return {
    id,
    status: compositeStatus(jobs.filter(({ retried }) => !retried)),
    ref: source.ref,
    sha: source.commit.sha,
    jobs: jobs.map(viewJob),
  };
}

/** `POST /_emulator/pipelines`. */
export function postPipeline(world: World, call: Call): Reply {
  const spec = parsePipelineSpec(bodyOf(call));
  return json(201, viewPipeline(createPipeline(world, spec)));
}

export function getPipeline(world: World, call: Call): Reply {
  const pipeline = world.pipelines.get(Number(call.capture(0)));
  if (pipeline === undefined) throw notFound('Pipeline');
  return json(200, viewPipeline(pipeline));
}

function parsePipelineSpec({ path, ref, variables = {}, ...others }: JsonObject): PipelineSpec {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw badRequest(`a pipeline has no ${unknown}`);
  if (typeof path !== 'string') throw badRequest('path names the repository of the pipeline');
  if (ref !== undefined && typeof ref !== 'string') throw badRequest('ref is a branch or a tag');
  if (!isJsonObject(variables) || !Object.values(variables).every(isText)) {
    throw badRequest('variables are texts by their names');
  }
  return {
    path,
    ...(ref === undefined ? {} : { ref }),
    variables: Object.fromEntries(
      Object.entries(variables).map(([key, value]) => [key, toText(value ?? '')]),
    ),
  };
}

function isText(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
