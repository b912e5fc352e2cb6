import { allOrNone } from '../config-field.ts';
import type { ConfigField } from '../config-field.ts';

/** One row of `parallel:matrix`: for each variable the values that it takes. */
export type MatrixRow = ReadonlyMap<string, readonly string[]>;

/** How many jobs a definition stands for: a number of equal ones, or one for each combination. */
export type Parallel =
  | { readonly kind: 'number'; readonly total: number }
  | { readonly kind: 'matrix'; readonly rows: readonly MatrixRow[] };

const MAX_PARALLEL = 200;

export function readParallel(field: ConfigField): Parallel | undefined {
  if (field.node.kind === 'scalar') {
    const total = field.integer(1, MAX_PARALLEL);
    return total === undefined ? undefined : { kind: 'number', total };
  }
  const rows = readMatrix(field);
  return rows && { kind: 'matrix', rows };
}

/** Reads `{matrix: […]}`, which stands below `parallel:` of a job and of a need. */
export function readMatrix(field: ConfigField): readonly MatrixRow[] | undefined {
  const map = field.map(['matrix']);
  const matrix = map?.get('matrix');
  if (map !== undefined && matrix === undefined) {
    return field.refuse('has no matrix', 'write `matrix:` with a list of variables below it');
  }
  const rows = matrix && allOrNone((matrix.items() ?? []).map(readRow));
  if (matrix === undefined || rows === undefined) return undefined;
  const jobs = rows.reduce((sum, row) => sum + countCombinations(row), 0);
  if (jobs >= 1 && jobs <= MAX_PARALLEL) return rows;
  return matrix.refuse(`makes ${jobs} jobs`, `make at least 1 and at most ${MAX_PARALLEL}`);
}

function countCombinations(row: MatrixRow): number {
  return [...row.values()].reduce((product, values) => product * values.length, 1);
}

function readRow(field: ConfigField): MatrixRow | undefined {
  const map = field.anyMap();
  if (map === undefined) return undefined;
  const row = [...map.fields()].map(({ key, value }) => {
    const values = readValues(value);
    return values && ([key.text, values] as const);
  });
  if (row.length === 0) return field.refuse('has an empty row', 'name a variable in it');
  const read = allOrNone(row);
  return read && new Map(read);
}

function readValues(field: ConfigField): string[] | undefined {
  const { node } = field;
  const values = node.kind === 'list' ? node.items : [node];
  const texts = values.map((value) => {
    const isText = value.kind === 'scalar' && typeof value.value === 'string';
    const isInteger = value.kind === 'scalar' && /^-?\d+$/.test(value.text);
    return isText || isInteger ? value.text : undefined;
  });
  return (
    allOrNone(texts) ??
    field.refuse('has to be a string, a whole number or a list of them', 'quote the value')
  );
}
