import type { ConfigField } from '../config-field.ts';
import { plainValue } from '../yaml/plain-value.ts';
import type { JsonValue } from '../yaml/plain-value.ts';

const WAYS = ['script', 'step', 'func'] as const;
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Reads `run:`, the steps of GitLab's step runner, and hands them on as they are written. */
export function readRunSteps(field: ConfigField): readonly JsonValue[] | undefined {
  const items = field.items();
  for (const item of items ?? []) readStep(item);
  return items?.map(({ node }) => plainValue(node));
}

function readStep(field: ConfigField): void {
  const map = field.map(['name', 'env', 'inputs', ...WAYS]);
  if (map === undefined) return;
  const name = map.get('name')?.string();
  if (name === undefined || !NAME.test(name)) {
    field.refuse('has a step without a proper name', 'name it by letters, digits and "_"');
  }
  map.refuseTogether(WAYS);
  if (WAYS.every((way) => map.get(way) === undefined)) {
    field.refuse('has a step that does nothing', `give it one of ${WAYS.join(', ')}`);
  }
  map.get('script')?.text();
  for (const { value } of map.get('env')?.anyMap()?.fields() ?? []) value.string();
  map.get('inputs')?.anyMap();
}
