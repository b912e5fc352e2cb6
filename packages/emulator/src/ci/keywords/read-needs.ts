import { allOrNone } from '../config-field.ts';
import type { ConfigField } from '../config-field.ts';
import type { Place } from '../pipeline-refused.ts';
import { readMatrix } from './read-parallel.ts';
import type { MatrixRow } from './read-parallel.ts';

/** A job that another one waits for, as the configuration names it. */
export interface NeedDefinition {
  readonly at: Place;
  readonly job: string;
  readonly artifacts: boolean;
  readonly optional: boolean;
  /** Of a matrix job, the combinations that are meant; all where it is left out. */
  readonly rows: readonly MatrixRow[] | undefined;
}

const ELSEWHERE = ['pipeline', 'project', 'ref'] as const;
const KEYS = ['job', 'artifacts', 'optional', 'parallel', ...ELSEWHERE] as const;

/** Reads `needs:`; a need outside the pipeline cannot be met here and is refused. */
export function readNeeds(field: ConfigField): readonly NeedDefinition[] | undefined {
  const items = field.node.kind === 'map' ? [field] : field.items();
  return items && allOrNone(items.map(readNeed));
}

function readNeed(field: ConfigField): NeedDefinition | undefined {
  const { at } = field;
  if (field.node.kind !== 'map') {
    const job = field.text();
    return job === undefined ? undefined : { at, job, ...BY_NAME };
  }
  const map = field.map(KEYS);
  if (map === undefined) return undefined;
  const elsewhere = ELSEWHERE.find((key) => map.get(key) !== undefined);
  if (elsewhere !== undefined) {
    const what = `has needs:${elsewhere}, and artifacts of other pipelines do not exist here`;
    return field.refuse(what, 'take it out, or create that job in this pipeline');
  }
  const job = map.get('job')?.text();
  if (map.get('job') === undefined) field.refuse('names no job', 'write `job: NAME` in it');
  const artifacts = map.get('artifacts')?.boolean() ?? true;
  const optional = map.get('optional')?.boolean() ?? false;
  const parallel = map.get('parallel');
  const rows = parallel && readNeededRows(parallel);
  return job === undefined ? undefined : { at, job, artifacts, optional, rows };
}

const BY_NAME = { artifacts: true, optional: false, rows: undefined };

function readNeededRows(field: ConfigField): readonly MatrixRow[] | undefined {
  if (field.node.kind !== 'scalar') return readMatrix(field);
  return field.refuse('takes no number in needs', 'write `matrix:`, or the name "job 1/3" as job');
}
