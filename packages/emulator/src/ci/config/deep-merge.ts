import { mapNode } from '../yaml/config-node.ts';
import type { ConfigNode, MapNode } from '../yaml/config-node.ts';

/**
 * Merges mappings as GitLab does for includes and `extends`: mappings within mappings are merged,
 * everything else, lists included, is replaced by what lies over it.
 */
export function deepMerge(base: MapNode, over: MapNode): MapNode {
  const entries = new Map(base.entries);
  for (const [name, { key, value }] of over.entries) {
    entries.set(name, { key, value: mergeValue(entries.get(name)?.value, value) });
  }
  return mapNode(over.at, entries);
}

function mergeValue(base: ConfigNode | undefined, over: ConfigNode): ConfigNode {
  return base?.kind === 'map' && over.kind === 'map' ? deepMerge(base, over) : over;
}
