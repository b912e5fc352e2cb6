import type { Place } from '../pipeline-refused.ts';
import type { Problems } from '../problems.ts';
import type { VariableScope } from '../variables/variable-scope.ts';
import { listNode, mapNode, scalarNode } from '../yaml/config-node.ts';
import type { ConfigNode, ListNode, MapEntry, MapNode, ScalarNode } from '../yaml/config-node.ts';
import { applyFunction } from './interpolation-functions.ts';
import type { InputValues } from './decide-inputs.ts';

const BLOCK = /\$\[\[\s*(\S.*?\S)\s*\]\]/g;
const MAX_FUNCTIONS = 3;

/** What `$[[ … ]]` may refer to. */
export interface InterpolationContext {
  readonly inputs: InputValues;
  readonly variables: VariableScope;
  readonly problems: Problems;
}

/** Puts the values of inputs in place of every `$[[ inputs.NAME ]]`, in keys too. */
export function interpolate(map: MapNode, context: InterpolationContext): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const { key, value } of map.entries.values()) {
    const written = interpolateScalar(key, context);
    const newKey = written.kind === 'scalar' ? written : key;
    entries.set(newKey.text, { key: newKey, value: interpolateNode(value, context) });
  }
  return mapNode(map.at, entries);
}

function interpolateNode(node: ConfigNode, context: InterpolationContext): ConfigNode {
  switch (node.kind) {
    case 'scalar':
      return interpolateScalar(node, context);
    case 'list':
      return interpolateList(node, context);
    case 'map':
      return interpolate(node, context);
    case 'reference':
      return node;
  }
}

/** An array put in place of a list's item becomes part of that list. */
function interpolateList(list: ListNode, context: InterpolationContext): ListNode {
  const items = list.items.flatMap((item) => {
    const value = interpolateNode(item, context);
    return item.kind === 'scalar' && value.kind === 'list' ? value.items : [value];
  });
  return listNode(list.at, items);
}

function interpolateScalar(node: ScalarNode, context: InterpolationContext): ConfigNode {
  if (typeof node.value !== 'string' || !node.value.includes('$[[')) return node;
  const blocks = [...node.value.matchAll(BLOCK)];
  const [only] = blocks;
  // Alone, a block keeps its value's type; within a text it becomes text.
  if (only?.[0] === node.value) return evaluateBlock(only, node.at, context) ?? node;
  const text = node.value.replaceAll(BLOCK, (written: string, inner: string) => {
    const value = evaluateBlock([written, inner], node.at, context);
    return value?.kind === 'scalar' ? value.text : written;
  });
  return scalarNode(node.at, text);
}

function evaluateBlock(
  [written = '', inner = '']: readonly string[],
  at: Place,
  { inputs, variables, problems }: InterpolationContext,
): ConfigNode | undefined {
  const [access = '', ...functions] = inner.split('|').map((part) => part.trim());
  // Matrix values are put in later, when the jobs of the matrix are known.
  if (access.startsWith('matrix.')) return undefined;
  const value = /^inputs\.[\w-]+$/.test(access) ? inputs.get(access.slice(7)) : undefined;
  if (value === undefined) {
    problems.add(
      at,
      `${written} names no input of this file`,
      `known are ${[...inputs.keys()].join(', ')}`,
    );
    return undefined;
  }
  if (functions.length > MAX_FUNCTIONS) {
    problems.add(at, `${written} has too many functions`, `use at most ${MAX_FUNCTIONS}`);
    return undefined;
  }
  if (functions.length === 0) return value.kind === 'scalar' ? { ...value, at } : value;
  const text = functions.reduce<string | undefined>(
    (result, name) => (result === undefined ? result : applyFunction(name, result, variables)),
    value.kind === 'scalar' && typeof value.value === 'string' ? value.text : undefined,
  );
  if (text !== undefined) return scalarNode(at, text);
  problems.add(at, `${written} has a function that does not work on this input`, FUNCTIONS);
  return undefined;
}

const FUNCTIONS = 'use expand_vars, truncate(START, LENGTH) or posix_escape, on strings';
