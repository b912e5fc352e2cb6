/** Names in an order in which each comes after those that it refers to, or a circle of them. */
export type ReferenceOrder =
  | { readonly kind: 'order'; readonly names: readonly string[] }
  | { readonly kind: 'circle'; readonly names: readonly string[] };

/** What each name refers to; names that are not keys are left out of the order. */
export type References = ReadonlyMap<string, readonly string[]>;

interface Visit {
  readonly name: string;
  readonly references: string[];
}

export function orderByReference(references: References): ReferenceOrder {
  const ordered = new Set<string>();
  for (const name of references.keys()) {
    const circle = ordered.has(name) ? undefined : visitFrom(name, references, ordered);
    if (circle !== undefined) return { kind: 'circle', names: circle };
  }
  return { kind: 'order', names: [...ordered] };
}

/**
 * Adds the name after all that it leads to, unless the way leads back onto itself. The path is kept
 * apart from the call stack, which a long chain would overflow.
 */
function visitFrom(
  start: string,
  references: References,
  ordered: Set<string>,
): string[] | undefined {
  const enter = (name: string): Visit => ({
    name,
    references: [...(references.get(name) ?? [])].toReversed(),
  });
  const path = [enter(start)];
  const onPath = new Set([start]);
  for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
    const next = visit.references.pop();
    if (next === undefined) {
      ordered.add(visit.name);
      onPath.delete(visit.name);
      path.pop();
    } else if (onPath.has(next)) {
      const names = path.map(({ name }) => name);
      return names.slice(names.indexOf(next));
    } else if (!ordered.has(next) && references.has(next)) {
      path.push(enter(next));
      onPath.add(next);
    }
  }
  return undefined;
}
