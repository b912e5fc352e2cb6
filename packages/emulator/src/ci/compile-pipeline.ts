import { extendEntries } from './config/extend-entries.ts';
import { loadConfig } from './config/load-config.ts';
import { resolveReferences } from './config/resolve-references.ts';
import { readConfiguration } from './keywords/read-configuration.ts';
import { createPipelineFacts } from './pipeline-facts.ts';
import type { CompileOptions } from './pipeline-facts.ts';
import type { PipelineNote } from './pipeline-refused.ts';
import { Problems } from './problems.ts';
import { checkJobs } from './seed/check-jobs.ts';
import { instantiateJobs } from './seed/job-instance.ts';
import { seedPipeline } from './seed/seed-pipeline.ts';
import type { PipelineJob } from './wire-pipeline-job.ts';

export type { CompileOptions } from './pipeline-facts.ts';
export { PipelineRefused } from './pipeline-refused.ts';
export type { CacheEntry, PipelineJob } from './wire-pipeline-job.ts';

/** The jobs that a commit's configuration makes for one event. */
export interface Pipeline {
  /** What `workflow:name` gives, expanded. */
  readonly name?: string;
  /** All stages, `.pre` and `.post` and those without a job included. */
  readonly stages: readonly string[];
  /** In the order of their stages, and within one in that of the configuration. */
  readonly jobs: readonly PipelineJob[];
  /** The configuration's variables for the whole pipeline, as they are written. */
  readonly variables: Readonly<Record<string, string>>;
  /** What is written in the configuration and changes nothing for a runner. */
  readonly notes: readonly PipelineNote[];
}

/**
 * Makes a pipeline of a repository's `.gitlab-ci.yml`, as GitLab does.
 *
 * Nothing is skipped in silence: what GitLab would refuse, what is not understood and what would
 * need more of GitLab than there is here is collected, each with its place and a way out.
 *
 * @throws {@link PipelineRefused}
 */
export function compilePipeline(options: CompileOptions): Pipeline {
  const facts = createPipelineFacts(options);
  const problems = new Problems();
  const extended = extendEntries(loadConfig(facts, problems), problems);
  const resolved = resolveReferences(extended.config, problems);
  const broken = new Set([...extended.broken, ...resolved.broken]);
  const configuration = readConfiguration(resolved.config, broken, problems);
  const instances = instantiateJobs(configuration.jobs);
  checkJobs(configuration, instances, problems);
  problems.throwIfAny();
  const seeded = seedPipeline(configuration, instances, facts, problems);
  problems.throwIfAny();
  return {
    ...(seeded.name && { name: seeded.name }),
    stages: configuration.stages,
    jobs: seeded.jobs,
    variables: Object.fromEntries(
      Array.from(seeded.variables, ([name, { value }]) => [name, value]),
    ),
    notes: problems.notes,
  };
}
