import type { NeedDefinition } from '../keywords/read-needs.ts';
import type { MatrixRow } from '../keywords/read-parallel.ts';
import type { Place } from '../pipeline-refused.ts';
import type { Problems } from '../problems.ts';
import type { YamlVariables } from '../variables/yaml-variable.ts';
import { combinations, matrixJobName } from './job-instance.ts';
import type { Instances } from './job-instance.ts';

/** A job that another one waits for, by its name in the pipeline. */
export interface Need {
  readonly at: Place;
  readonly job: string;
  readonly artifacts: boolean;
  readonly optional: boolean;
}

const MATRIX_REFERENCE = /\$\[\[\s*matrix\.([a-zA-Z0-9_-]+)\s*\]\]/g;

/** The jobs that are meant: a need of a parallel job is one of all its jobs, or of those named. */
export function findNeeds(
  needs: readonly NeedDefinition[],
  matrix: YamlVariables,
  instances: Instances,
  problems: Problems,
): readonly Need[] {
  return needs.flatMap(({ at, artifacts, optional, ...need }) => {
    const fill = (text: string): string => fillMatrix(text, matrix, at, problems);
    const name = fill(need.job);
    const names = jobsBehind(name, instances) ?? [name];
    const chosen =
      need.rows && isParallel(name, instances) ? namesIn(name, need.rows, fill) : names;
    return chosen.map((job) => ({ at, job, artifacts, optional }));
  });
}

/** The names of the jobs that a definition stands for. */
export function jobsBehind(name: string, instances: Instances): string[] | undefined {
  return instances.get(name)?.map((instance) => instance.name);
}

function isParallel(name: string, instances: Instances): boolean {
  return instances.get(name)?.[0]?.parallel !== undefined;
}

function namesIn(
  name: string,
  rows: readonly MatrixRow[],
  fill: (text: string) => string,
): string[] {
  const filled = rows.map(
    (row) => new Map(Array.from(row, ([key, values]) => [key, values.map(fill)])),
  );
  return combinations(filled).map((values) => matrixJobName(name, values));
}

function fillMatrix(text: string, matrix: YamlVariables, at: Place, problems: Problems): string {
  return text.replaceAll(MATRIX_REFERENCE, (written: string, name: string) => {
    const value = matrix.get(name)?.value;
    if (value !== undefined) return value;
    problems.add(at, `${written} names no variable of the job's matrix`, 'name one that it has');
    return written;
  });
}
