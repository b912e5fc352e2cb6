import type { JobDefinition } from '../keywords/job-definition.ts';
import type { Configuration } from '../keywords/read-configuration.ts';
import type { NeedDefinition } from '../keywords/read-needs.ts';
import type { Problems } from '../problems.ts';
import { orderByReference } from '../reference-order.ts';
import { LinkChecker } from './check-links.ts';
import type { Instances } from './job-instance.ts';
import { findNeeds } from './needed-jobs.ts';
import type { Need } from './needed-jobs.ts';

/** Checks what jobs say about each other, whether or not they will be part of the pipeline. */
export function checkJobs(
  configuration: Configuration,
  instances: Instances,
  problems: Problems,
): void {
  const links = new LinkChecker(configuration, instances, problems);
  const needsOf = new Map<string, readonly Need[]>();
  for (const { name, definition, matrix } of [...instances.values()].flat()) {
    const find = (needs: readonly NeedDefinition[] = []): readonly Need[] =>
      findNeeds(needs, matrix, instances, problems);
    const needs = find(definition.needs);
    links.checkNeeds(definition, needs);
    for (const rule of definition.rules ?? []) links.checkNeeds(definition, find(rule.needs));
    links.checkDependencies(definition);
    checkStage(definition, configuration.stages, problems);
    checkOnStop(definition, configuration.jobs, problems);
    needsOf.set(name, needs);
  }
  checkCircle(needsOf, problems);
}

function checkStage(
  { name, stage }: JobDefinition,
  stages: readonly string[],
  problems: Problems,
): void {
  if (stages.includes(stage.name)) return;
  const what = `${name} is in the stage ${stage.name}, which is not defined`;
  problems.addMissing(stage.at, what, `add it to stages, or use ${stages.join(', ')}`);
}

function checkCircle(needsOf: ReadonlyMap<string, readonly Need[]>, problems: Problems): void {
  const names = Array.from(
    needsOf,
    ([name, needs]) => [name, needs.map(({ job }) => job)] as const,
  );
  const order = orderByReference(new Map(names));
  const [first = '', second = first] = order.names;
  const need = needsOf.get(first)?.find(({ job }) => job === second);
  if (order.kind !== 'circle' || need === undefined) return;
  const what = `jobs need each other in a circle: ${[...order.names, first].join(' → ')}`;
  problems.add(need.at, what, 'take one of these needs out');
}

function checkOnStop(
  { name, environment }: JobDefinition,
  jobs: Configuration['jobs'],
  problems: Problems,
): void {
  if (environment?.onStop === undefined) return;
  const stop = jobs.get(environment.onStop)?.environment;
  if (stop?.name === environment.name && stop.action === 'stop') return;
  const what = `${name} is stopped by ${environment.onStop}, which does not stop ${environment.name}`;
  const wayOut = 'give that job the same environment:name and `action: stop`';
  problems.addMissing(environment.at, what, wayOut);
}
