import type { Configuration } from '../keywords/read-configuration.ts';
import type { PipelineFacts } from '../pipeline-facts.ts';
import type { Problems } from '../problems.ts';
import { matchRules } from '../rules/match-rules.ts';
import type { RuleContext } from '../rules/match-rules.ts';
import { VariableScope } from '../variables/variable-scope.ts';
import { mergeVariables } from '../variables/yaml-variable.ts';
import type { YamlVariables } from '../variables/yaml-variable.ts';
import type { PipelineJob } from '../wire-pipeline-job.ts';
import { CacheEntries } from './cache-entries.ts';
import { decideJob } from './decide-job.ts';
import type { JobDecision } from './decide-job.ts';
import type { Instances, JobInstance } from './job-instance.ts';
import { jobScope, yamlVariables } from './job-scope.ts';
import { findNeeds, jobsBehind } from './needed-jobs.ts';
import type { Need } from './needed-jobs.ts';
import { toPipelineJob } from './to-pipeline-job.ts';

/** What a commit and an event make of a configuration. */
export interface SeededPipeline {
  readonly name: string | undefined;
  readonly variables: YamlVariables;
  readonly jobs: readonly PipelineJob[];
}

interface ChosenJob {
  readonly instance: JobInstance;
  readonly decision: JobDecision;
  readonly scope: VariableScope;
  readonly variables: YamlVariables;
  readonly needs: readonly Need[] | undefined;
}

/** Decides which jobs run, and makes them what a runner gets. */
export function seedPipeline(
  configuration: Configuration,
  instances: Instances,
  facts: PipelineFacts,
  problems: Problems,
): SeededPipeline {
  const seeder = new Seeder(configuration, instances, facts, problems);
  return seeder.seed();
}

class Seeder {
  readonly #configuration: Configuration;
  readonly #instances: Instances;
  readonly #facts: PipelineFacts;
  readonly #problems: Problems;
  readonly #caches: CacheEntries;

  constructor(
    configuration: Configuration,
    instances: Instances,
    facts: PipelineFacts,
    problems: Problems,
  ) {
    this.#configuration = configuration;
    this.#instances = instances;
    this.#facts = facts;
    this.#problems = problems;
    this.#caches = new CacheEntries(facts, problems);
  }

  seed(): SeededPipeline {
    const { variables: own, workflow, stages } = this.#configuration;
    const ofWorkflow = this.#workflowVariables(this.#scopeOf(own));
    if (ofWorkflow === undefined) return { name: undefined, variables: own, jobs: [] };
    const variables = mergeVariables(own, ofWorkflow);
    const inStages = stages.flatMap((stage) =>
      [...this.#instances.values()]
        .flat()
        .filter(({ definition }) => definition.stage.name === stage),
    );
    const chosen = inStages.flatMap((instance) => this.#choose(instance, variables) ?? []);
    this.#checkNotEmpty(chosen);
    const names = new Set(chosen.map(({ instance }) => instance.name));
    return {
      name: workflow?.name && this.#scopeOf(variables).expandOrBlank(workflow.name).trim(),
      variables,
      jobs: chosen.map((job) => this.#finish(job, names)),
    };
  }

  #scopeOf(variables: YamlVariables): VariableScope {
    return new VariableScope(mergeVariables(this.#facts.predefined, variables, this.#facts.given));
  }

  /** What the workflow's rule adds, or undefined if no rule lets the pipeline run. */
  #workflowVariables(scope: VariableScope): YamlVariables | undefined {
    const { workflow } = this.#configuration;
    if (workflow?.rules === undefined) return new Map();
    const rule = matchRules(workflow.rules, this.#context(scope));
    if (rule !== undefined && rule.when !== 'never') return rule.variables ?? new Map();
    const what = 'workflow:rules let no pipeline run for this commit and these variables';
    this.#problems.add(workflow.at, what, 'start it with what one of the rules takes');
    return undefined;
  }

  #context(scope: VariableScope): RuleContext {
    return { facts: this.#facts, scope, problems: this.#problems };
  }

  #choose(instance: JobInstance, rootVariables: YamlVariables): ChosenJob | undefined {
    const { definition, matrix } = instance;
    const own = yamlVariables(instance, rootVariables);
    const scope = jobScope(instance, own, this.#facts);
    const hasWorkflowRules = this.#configuration.workflow?.rules !== undefined;
    const decision = decideJob(definition, hasWorkflowRules, this.#context(scope));
    if (decision === undefined) return undefined;
    for (const { what, wayOut, ...at } of definition.unsupported)
      this.#problems.add(at, what, wayOut);
    const variables = mergeVariables(own, decision.variables);
    this.#checkCircle(instance, variables);
    const needs =
      decision.needs && findNeeds(decision.needs, matrix, this.#instances, this.#problems);
    return { instance, decision, scope, variables, needs };
  }

  #checkCircle({ definition, name }: JobInstance, variables: YamlVariables): void {
    const circle = this.#scopeOf(variables).findCircle();
    if (circle === undefined) return;
    const what = `${name} has variables that refer to each other in a circle: ${circle.join(', ')}`;
    this.#problems.add(definition.at, what, 'give one of them a plain value');
  }

  #checkNotEmpty(chosen: readonly ChosenJob[]): void {
    const isOrdinary = ({ instance }: ChosenJob): boolean =>
      !['.pre', '.post'].includes(instance.definition.stage.name);
    if (chosen.some(isOrdinary)) return;
    const start = { file: this.#facts.entry, line: 1, column: 1 };
    const what =
      chosen.length === 0
        ? 'the rules of all jobs keep them out of this pipeline'
        : 'only jobs of .pre and .post are left in this pipeline, and they do not run alone';
    this.#problems.add(start, what, 'start it with what the rules of a job take');
  }

  #finish(job: ChosenJob, names: ReadonlySet<string>): PipelineJob {
    const { instance, needs } = job;
    const { definition } = instance;
    for (const need of needs ?? []) this.#checkPresent(instance, need, names);
    const present = needs?.filter((need) => names.has(need.job));
    return toPipelineJob({
      ...job,
      stageIndex: this.#configuration.stages.indexOf(definition.stage.name),
      caches: this.#caches.make(definition.caches),
      needs: present?.map(({ job: name, artifacts }) => ({ job: name, artifacts })),
      dependencies: this.#dependencies(instance, present)?.filter((name) => names.has(name)),
    });
  }

  #checkPresent(instance: JobInstance, need: Need, names: ReadonlySet<string>): void {
    if (need.optional || names.has(need.job)) return;
    const what = `${instance.name} needs ${need.job}, which its rules keep out of this pipeline`;
    this.#problems.add(need.at, what, 'add `optional: true` to the need, or align their rules');
  }

  /** The jobs whose artifacts are fetched; of the needs those with artifacts, if there are needs. */
  #dependencies(
    { definition }: JobInstance,
    needs: readonly Need[] | undefined,
  ): string[] | undefined {
    const named = definition.dependencies?.flatMap(
      ({ name }) => jobsBehind(name, this.#instances) ?? [name],
    );
    if (needs === undefined) return named;
    const needed = needs.filter(({ artifacts }) => artifacts).map(({ job }) => job);
    if (named === undefined) return needed;
    return needed.filter((name) => named.includes(name));
  }
}
