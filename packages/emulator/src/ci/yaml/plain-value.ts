import type { ConfigNode, MapNode } from './config-node.ts';

/** A value as JSON has it. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A mapping as JSON has it. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** The value without its places, for what is handed on as it is written; empty keys are left out. */
export function plainValue(node: ConfigNode): JsonValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainValue);
    case 'map':
      return plainObject(node);
    case 'reference':
      return [...node.path];
  }
}

/** The mapping without its places. */
export function plainObject(map: MapNode): JsonObject {
  return Object.fromEntries(
    [...map.entries]
      .map(([key, { value }]) => [key, plainValue(value)] as const)
      .filter(([, value]) => value !== null),
  );
}
