import type { JobDefinition } from '../keywords/job-definition.ts';
import type { Artifacts } from '../keywords/read-artifacts.ts';
import type { Environment } from '../keywords/read-environment.ts';
import type { VariableScope } from '../variables/variable-scope.ts';
import type { YamlVariables } from '../variables/yaml-variable.ts';
import type { ArtifactEntry, CacheEntry, PipelineJob, PipelineNeed } from '../wire-pipeline-job.ts';
import { plainValue } from '../yaml/plain-value.ts';
import type { JsonObject } from '../yaml/plain-value.ts';
import type { JobDecision } from './decide-job.ts';
import type { JobInstance } from './job-instance.ts';

/** All that one job of the pipeline is made of. */
export interface JobParts {
  readonly instance: JobInstance;
  readonly decision: JobDecision;
  readonly stageIndex: number;
  readonly scope: VariableScope;
  readonly variables: YamlVariables;
  readonly caches: readonly CacheEntry[];
  readonly needs: readonly PipelineNeed[] | undefined;
  readonly dependencies: readonly string[] | undefined;
}

export function toPipelineJob(parts: JobParts): PipelineJob {
  const { instance, decision, scope } = parts;
  const { definition, name, parallel } = instance;
  const { when, startIn, allowFailure } = decision;
  return {
    name,
    stage: definition.stage.name,
    stage_idx: parts.stageIndex,
    ...scripts(definition),
    variables: variableValues(parts.variables),
    artifacts: definition.artifacts === undefined ? [] : artifactEntries(definition.artifacts),
    cache: parts.caches,
    ...(definition.image && { image: definition.image }),
    services: definition.services,
    tags: definition.tags.map((tag) => scope.insertWritten(tag)),
    ...(definition.timeoutS !== undefined && { timeout: definition.timeoutS }),
    allow_failure: allowFailure,
    when,
    ...(startIn !== undefined && { start_in: startIn }),
    ...(definition.retry && { retry: definition.retry }),
    ...(parallel && { parallel }),
    ...(definition.release && { release: definition.release }),
    ...(definition.inputs && { inputs: inputValues(definition.inputs) }),
    ...(definition.environment && { environment: environmentValue(definition.environment, scope) }),
    ...(parts.needs && { needs: parts.needs }),
    ...(parts.dependencies && { dependencies: parts.dependencies }),
  };
}

function scripts(
  job: JobDefinition,
): Pick<PipelineJob, 'script' | 'after_script' | 'run' | 'hooks'> {
  const { beforeScript, script, afterScript, preGetSourcesScript, run } = job;
  const hooks = preGetSourcesScript && { pre_get_sources_script: preGetSourcesScript };
  // With `run` a runner gets no other steps, not even a default before_script.
  if (run !== undefined) return { script: [], run, ...(hooks && { hooks }) };
  return {
    script: [...beforeScript, ...script],
    ...(afterScript && { after_script: afterScript }),
    ...(hooks && { hooks }),
  };
}

function variableValues(variables: YamlVariables): PipelineJob['variables'] {
  return Object.fromEntries(
    Array.from(variables, ([name, { value, raw }]) => [name, raw ? { value, raw } : { value }]),
  );
}

function inputValues(inputs: NonNullable<JobDefinition['inputs']>): JsonObject {
  return Object.fromEntries(Array.from(inputs, ([name, value]) => [name, plainValue(value)]));
}

/** An archive where anything is to be packed, and an entry for each report. */
function artifactEntries(artifacts: Artifacts): ArtifactEntry[] {
  const { name, paths, exclude = [], untracked, when, expireIn, access } = artifacts;
  const settings = {
    ...(expireIn !== undefined && { expire_in: expireIn }),
    ...(access && { access }),
    ...(artifacts.public !== undefined && { public: artifacts.public }),
  };
  const archive: ArtifactEntry = {
    ...(name !== undefined && { name }),
    ...(paths && { paths }),
    ...(exclude.length > 0 && { exclude }),
    ...(untracked !== undefined && { untracked }),
    ...(when && { when }),
    ...settings,
    artifact_type: 'archive',
    artifact_format: 'zip',
  };
  const reports = artifacts.reports.map((report): ArtifactEntry => ({
    name: report.fileName,
    paths: report.paths,
    // GitLab wants reports of failed jobs as well, whatever artifacts:when says.
    when: 'always',
    ...settings,
    artifact_type: report.type,
    artifact_format: report.format,
  }));
  return paths !== undefined || untracked === true ? [archive, ...reports] : reports;
}

function environmentValue(environment: Environment, scope: VariableScope): JsonObject {
  const { name, url, action, tier } = environment;
  return {
    name: scope.expand(name),
    action,
    ...(url !== undefined && { url }),
    ...(tier !== undefined && { deployment_tier: tier }),
  };
}
