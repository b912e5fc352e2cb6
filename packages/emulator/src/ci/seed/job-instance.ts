import type { JobDefinition } from '../keywords/job-definition.ts';
import type { MatrixRow } from '../keywords/read-parallel.ts';
import { toVariables } from '../variables/yaml-variable.ts';
import type { YamlVariables } from '../variables/yaml-variable.ts';

/** One job of a definition: the only one, or one of those that `parallel` makes of it. */
export interface JobInstance {
  readonly definition: JobDefinition;
  readonly name: string;
  /** Counts from 1. */
  readonly parallel: { readonly index: number; readonly total: number } | undefined;
  readonly matrix: YamlVariables;
}

/** The jobs that each definition stands for, by the definition's name. */
export type Instances = ReadonlyMap<string, readonly JobInstance[]>;

export function instantiateJobs(jobs: ReadonlyMap<string, JobDefinition>): Instances {
  return new Map(Array.from(jobs, ([name, job]) => [name, instantiate(job)]));
}

function instantiate(definition: JobDefinition): JobInstance[] {
  const { name, parallel } = definition;
  switch (parallel?.kind) {
    case undefined:
      return [{ definition, name, parallel: undefined, matrix: new Map() }];
    case 'number':
      return Array.from({ length: parallel.total }, (_, at) => {
        const numbers = { index: at + 1, total: parallel.total };
        const numbered = `${name} ${numbers.index}/${numbers.total}`;
        return { definition, name: numbered, parallel: numbers, matrix: new Map() };
      });
    case 'matrix':
      return combinations(parallel.rows).map((values, at, all) => ({
        definition,
        name: matrixJobName(name, values),
        parallel: { index: at + 1, total: all.length },
        matrix: toVariables(values),
      }));
  }
}

/** GitLab's name for the job of one combination: `deploy: [eu, production]`. */
export function matrixJobName(name: string, values: ReadonlyMap<string, string>): string {
  return `${name}: [${[...values.values()].join(', ')}]`;
}

/** Every combination of every row, the first variable changing last. */
export function combinations(rows: readonly MatrixRow[]): ReadonlyMap<string, string>[] {
  return rows.flatMap((row) =>
    [...row].reduce<ReadonlyMap<string, string>[]>(
      (combined, [name, values]) =>
        combined.flatMap((so) => values.map((value) => new Map([...so, [name, value]]))),
      [new Map()],
    ),
  );
}
