import type { JobDefinition, Named } from '../keywords/job-definition.ts';
import type { Configuration } from '../keywords/read-configuration.ts';
import { nearestWord } from '../nearest-word.ts';
import type { Problems } from '../problems.ts';
import type { Instances, JobInstance } from './job-instance.ts';
import { jobsBehind } from './needed-jobs.ts';
import type { Need } from './needed-jobs.ts';

/** One job that names another. */
interface Link {
  readonly from: JobDefinition;
  readonly verb: 'needs' | 'depends on';
  readonly to: Named;
}

const MAX_NEEDS = 50;

/** Checks that the jobs which a job names exist, and come no later than itself. */
export class LinkChecker {
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

  checkNeeds(from: JobDefinition, needs: readonly Need[]): void {
    const seen = new Set<string>();
    for (const { at, job, optional } of needs) {
      const link: Link = { from, verb: 'needs', to: { at, name: job } };
      if (seen.has(job)) this.#refuse(link, ' twice', 'name it once');
      seen.add(job);
      if (!optional || this.#byName.has(job)) this.#checkLink(link);
    }
    const [first] = needs;
    if (first !== undefined && seen.size > MAX_NEEDS) {
      const what = `${from.name} needs ${seen.size} jobs`;
      this.#problems.add(first.at, what, `need at most ${MAX_NEEDS}, or order jobs by stages`);
    }
  }

  checkDependencies(from: JobDefinition): void {
    const { dependencies = [], needs = [] } = from;
    for (const { at, name } of dependencies) {
      for (const other of jobsBehind(name, this.#instances) ?? [name]) {
        this.#checkLink({ from, verb: 'depends on', to: { at, name: other } });
      }
      if (needs.length > 0 && !needs.some(({ job }) => job === name)) {
        const link: Link = { from, verb: 'depends on', to: { at, name } };
        this.#refuse(link, ' without needing it', 'add it to needs');
      }
    }
  }

  #checkLink(link: Link): void {
    const other = this.#byName.get(link.to.name);
    if (other === undefined) return this.#refuseMissing(link);
    const { stages } = this.#configuration;
    const own = stages.indexOf(link.from.stage.name);
    if (own === -1 || stages.indexOf(other.definition.stage.name) <= own) return;
    this.#refuse(link, ' of a later stage', 'move one of the two to another stage');
  }

  #refuseMissing({ from, verb, to }: Link): void {
    // A job that is there and could not be read has been reported as that.
    if (this.#configuration.jobNames.has(to.name)) return;
    const nearest = nearestWord(to.name, [...this.#byName.keys()]);
    const wayOut = nearest === undefined ? 'define it' : `did you mean ${nearest}?`;
    const what = `${from.name} ${verb} ${to.name}, which is not defined`;
    this.#problems.addMissing(to.at, what, wayOut);
  }

  #refuse({ from, verb, to }: Link, how: string, wayOut: string): void {
    this.#problems.add(to.at, `${from.name} ${verb} ${to.name}${how}`, wayOut);
  }
}
