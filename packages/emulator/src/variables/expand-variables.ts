import type { Variable } from './variable.ts';

/** `$$` and `%%` escape; `$KEY`, `${KEY}` and `%KEY%` refer. */
const reference = /\$\$|%%|\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)?\}|%([A-Za-z_]\w*)%/g;

/**
 * Puts each variable behind those that it refers to and expands it, as GitLab does before it hands
 * a job out. Undefined references stay, and so do those to raw and file variables: the runner has
 * to resolve them. Where references go in a circle nothing is sorted or expanded.
 */
export function expandVariables(variables: readonly Variable[]): readonly Variable[] {
  if (!variables.some(({ value }) => mayRefer(value))) return variables;
  const sorted = sortByReference(variables);
  if (sorted === undefined) return variables;
  const latest = new Map<string, Variable>();
  return sorted.map((variable) => {
    const expanded = refersTo(variable).length === 0 ? variable : expand(variable, latest);
    latest.set(expanded.key, expanded);
    return expanded;
  });
}

function expand(variable: Variable, known: ReadonlyMap<string, Variable>): Variable {
  const value = variable.value.replace(reference, (match, ...keys: (string | undefined)[]) => {
    const found = known.get(keys[0] ?? keys[1] ?? keys[2] ?? '');
    return found === undefined || found.file === true || found.raw === true ? match : found.value;
  });
  return { ...variable, value };
}

function refersTo(variable: Variable): string[] {
  if (variable.raw === true || !mayRefer(variable.value)) return [];
  return [...variable.value.matchAll(reference)].flatMap((match) => {
    const key = match[1] ?? match[2] ?? match[3];
    return key === undefined ? [] : [key];
  });
}

function mayRefer(value: string): boolean {
  return value.includes('$') || value.includes('%');
}

/** Depth first in the given order; undefined where variables refer to each other in a circle. */
function sortByReference(variables: readonly Variable[]): Variable[] | undefined {
  const byKey = Map.groupBy(variables, ({ key }) => key);
  const done = new Set<Variable>();
  const open = new Set<Variable>();
  const sorted: Variable[] = [];

  function visit(variable: Variable): boolean {
    if (done.has(variable)) return true;
    if (open.has(variable)) return false;
    open.add(variable);
    for (const key of refersTo(variable)) {
      for (const other of byKey.get(key) ?? []) {
        if (other !== variable && !visit(other)) return false;
      }
    }
    open.delete(variable);
    done.add(variable);
    sorted.push(variable);
    return true;
  }

  return variables.every(visit) ? sorted : undefined;
}
