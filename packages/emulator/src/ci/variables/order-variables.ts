import { referencesInValue } from './variable-references.ts';
import type { YamlVariables } from './yaml-variable.ts';

/** Variables in an order in which each comes after those that it refers to, or a circle of them. */
export type VariableOrder =
  | { readonly kind: 'order'; readonly names: readonly string[] }
  | { readonly kind: 'circle'; readonly names: readonly string[] };

interface Visit {
  readonly name: string;
  readonly references: string[];
}

/**
 * Sorts variables for expansion, as GitLab does before it expands any.
 *
 * A variable that refers to itself alone is no circle: the reference is to a value from outside.
 */
export function orderVariables(variables: YamlVariables): VariableOrder {
  const ordered = new Set<string>();
  for (const name of variables.keys()) {
    const circle = ordered.has(name) ? undefined : visitFrom(name, variables, ordered);
    if (circle !== undefined) return { kind: 'circle', names: circle };
  }
  return { kind: 'order', names: [...ordered] };
}

/** Adds the variable after all that it leads to, unless the way leads back onto itself. */
function visitFrom(
  start: string,
  variables: YamlVariables,
  ordered: Set<string>,
): string[] | undefined {
  const path: Visit[] = [visitOf(start, variables)];
  const onPath = new Set([start]);
  for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
    const next = visit.references.pop();
    if (next === undefined) {
      ordered.add(visit.name);
      onPath.delete(visit.name);
      path.pop();
    } else if (next !== visit.name && onPath.has(next)) {
      const names = path.map(({ name }) => name);
      return names.slice(names.indexOf(next));
    } else if (next !== visit.name && !ordered.has(next) && variables.has(next)) {
      path.push(visitOf(next, variables));
      onPath.add(next);
    }
  }
  return undefined;
}

function visitOf(name: string, variables: YamlVariables): Visit {
  const { value = '', raw = true } = variables.get(name) ?? {};
  return { name, references: raw ? [] : referencesInValue(value).toReversed() };
}
