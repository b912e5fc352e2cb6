import { inherits } from '../keywords/read-inherit.ts';
import { toSlug } from '../pipeline-facts.ts';
import type { PipelineFacts } from '../pipeline-facts.ts';
import { VariableScope } from '../variables/variable-scope.ts';
import { mergeVariables, toVariables } from '../variables/yaml-variable.ts';
import type { YamlVariables } from '../variables/yaml-variable.ts';
import type { JobInstance } from './job-instance.ts';

/** The job's variables from the configuration: the pipeline's, its own, its matrix's. */
export function yamlVariables(
  { definition, matrix }: JobInstance,
  rootVariables: YamlVariables,
): YamlVariables {
  const { inheritsVariables, variables } = definition;
  const inherited = [...rootVariables].filter(([name]) => inherits(inheritsVariables, name));
  return mergeVariables(new Map(inherited), variables, matrix);
}

/** What a job's rules see: GitLab knows the job by then, but neither its id nor its runner. */
export function jobScope(
  job: JobInstance,
  variables: YamlVariables,
  { predefined, given }: PipelineFacts,
): VariableScope {
  const own = toVariables(Object.entries(predefinedByJob(job)));
  const withoutEnvironment = mergeVariables(own, predefined, variables, given);
  const { environment } = job.definition;
  if (environment === undefined) return new VariableScope(withoutEnvironment);
  const name = new VariableScope(withoutEnvironment).expand(environment.name);
  const environmentVariables = toVariables([
    ['CI_ENVIRONMENT_NAME', name],
    ['CI_ENVIRONMENT_ACTION', environment.action],
    ...(environment.tier === undefined ? [] : [['CI_ENVIRONMENT_TIER', environment.tier] as const]),
    ...(environment.url === undefined ? [] : [['CI_ENVIRONMENT_URL', environment.url] as const]),
  ]);
  return new VariableScope(mergeVariables(environmentVariables, withoutEnvironment));
}

function predefinedByJob({ definition, name, parallel }: JobInstance): Record<string, string> {
  const { stage, when } = definition;
  return {
    CI_JOB_NAME: name,
    CI_JOB_NAME_SLUG: toSlug(name),
    CI_JOB_GROUP_NAME: groupName(name),
    CI_JOB_STAGE: stage.name,
    ...((when === 'manual' || when === 'delayed') && { CI_JOB_MANUAL: 'true' }),
    ...(parallel && { CI_NODE_INDEX: String(parallel.index) }),
    CI_NODE_TOTAL: String(parallel?.total ?? 1),
  };
}

/** A name without its number or its matrix: under this one GitLab shows the jobs as a group. */
function groupName(name: string): string {
  return name.replace(/(?:[\s:]+(?:\[.*\]|\d+[\s:/\\]+\d+)){1,3}\s*$/, '').trim();
}
