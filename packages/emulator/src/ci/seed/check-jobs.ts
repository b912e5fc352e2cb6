import type { JobDefinition, Named } from '../keywords/job-definition.ts';
import type { Configuration } from '../keywords/read-configuration.ts';
import { nearestWord } from '../nearest-word.ts';
import type { Place } from '../pipeline-refused.ts';
import type { Problems } from '../problems.ts';
import { orderByReference } from '../reference-order.ts';
import type { Instances, JobInstance } from './job-instance.ts';
import { findNeeds, jobsBehind } from './needed-jobs.ts';
import type { Need } from './needed-jobs.ts';

const MAX_NEEDS = 50;

/** Checks what jobs say about each other, whether or not they will be part of the pipeline. */
export function checkJobs(
  configuration: Configuration,
  instances: Instances,
  problems: Problems,
): void {
  new JobChecker(configuration, instances, problems).check();
}

class JobChecker {
  readonly #configuration: Configuration;
  readonly #instances: Instances;
  readonly #problems: Problems;
  readonly #byName: ReadonlyMap<string, JobInstance>;

  constructor(configuration: Configuration, instances: Instances, problems: Problems) {
    this.#configuration = configuration;
    this.#instances = instances;
    this.#problems = problems;
    this.#byName = new Map([...instances.values()].flat().map((job) => [job.name, job]));
  }

  check(): void {
    const needed = new Map<string, string[]>();
    for (const job of this.#byName.values()) {
      const needs = this.#needsOf(job);
      this.#checkStage(job.definition);
      this.#checkNeeds(job, needs);
      this.#checkDependencies(job.definition);
      this.#checkOnStop(job.definition);
      needed.set(
        job.name,
        needs.map((need) => need.job),
      );
    }
    this.#checkCircle(needed);
  }

  #needsOf({ definition, matrix }: JobInstance): readonly Need[] {
    return findNeeds(definition.needs ?? [], matrix, this.#instances, this.#problems);
  }

  #checkStage({ name, stage }: JobDefinition): void {
    const { stages } = this.#configuration;
    if (stages.includes(stage.name)) return;
    const what = `${name} is in the stage ${stage.name}, which is not defined`;
    this.#problems.addMissing(stage.at, what, `add it to stages, or use ${stages.join(', ')}`);
  }

  #checkNeeds({ definition, matrix }: JobInstance, needs: readonly Need[]): void {
    const lists = (definition.rules ?? []).map((rule) => rule.needs ?? []);
    const inRules = lists.map((list) => findNeeds(list, matrix, this.#instances, this.#problems));
    for (const list of [needs, ...inRules]) {
      const seen = new Set<string>();
      for (const need of list) {
        if (seen.has(need.job))
          this.#report(need.at, definition, 'needs', need.job, 'twice', KEEP_ONE);
        seen.add(need.job);
        this.#checkOther(definition, { at: need.at, name: need.job }, 'needs', need.optional);
      }
      const [first] = list;
      if (first !== undefined && seen.size > MAX_NEEDS) {
        const what = `${definition.name} needs ${seen.size} jobs`;
        this.#problems.add(first.at, what, `need at most ${MAX_NEEDS}, or order jobs by stages`);
      }
    }
  }

  #checkDependencies(definition: JobDefinition): void {
    const { dependencies = [], needs = [] } = definition;
    for (const { at, name } of dependencies) {
      for (const other of jobsBehind(name, this.#instances) ?? [name]) {
        this.#checkOther(definition, { at, name: other }, 'depends on', false);
      }
      if (needs.length > 0 && !needs.some((need) => need.job === name)) {
        this.#report(at, definition, 'depends on', name, 'without needing it', 'add it to needs');
      }
    }
  }

  /** What a job waits for or fetches from has to exist, and not in a later stage. */
  #checkOther(job: JobDefinition, { at, name }: Named, verb: string, optional: boolean): void {
    const other = this.#byName.get(name);
    if (other === undefined) {
      if (!optional && !this.#configuration.jobNames.has(name))
        this.#reportMissing(at, job, verb, name);
      return;
    }
    const { stages } = this.#configuration;
    const [own, others] = [job, other.definition].map(({ stage }) => stages.indexOf(stage.name));
    if (own !== undefined && others !== undefined && own !== -1 && others > own) {
      const wayOut = 'move one of the two to another stage';
      this.#report(at, job, verb, name, 'of a later stage', wayOut);
    }
  }

  #reportMissing(at: Place, job: JobDefinition, verb: string, name: string): void {
    const nearest = nearestWord(name, [...this.#byName.keys()]);
    const wayOut = nearest === undefined ? 'define it' : `did you mean ${nearest}?`;
    const what = `${job.name} ${verb} ${name}, which is not defined`;
    this.#problems.addMissing(at, what, wayOut);
  }

  #report(
    ...[at, job, verb, name, how, wayOut]: [Place, JobDefinition, string, string, string, string]
  ): void {
    this.#problems.add(at, `${job.name} ${verb} ${name} ${how}`, wayOut);
  }

  #checkCircle(needed: ReadonlyMap<string, readonly string[]>): void {
    const order = orderByReference(needed);
    const [first] = order.kind === 'circle' ? order.names : [];
    const definition = first === undefined ? undefined : this.#byName.get(first)?.definition;
    if (definition === undefined) return;
    const at = definition.needs?.[0]?.at ?? definition.at;
    const what = `jobs need each other in a circle: ${[...order.names, first].join(' → ')}`;
    this.#problems.add(at, what, 'take one of these needs out');
  }

  #checkOnStop({ name, environment }: JobDefinition): void {
    if (environment?.onStop === undefined) return;
    const stop = this.#byName.get(environment.onStop)?.definition.environment;
    if (stop?.name === environment.name && stop.action === 'stop') return;
    const what = `${name} is stopped by ${environment.onStop}, which does not stop ${environment.name}`;
    const wayOut = 'give that job the same environment:name and `action: stop`';
    this.#problems.addMissing(environment.at, what, wayOut);
  }
}

const KEEP_ONE = 'name it once';
