import type { Problems } from '../problems.ts';
import { isNull, listNode, mapNode } from '../yaml/config-node.ts';
import type { ConfigNode, MapNode, ReferenceNode } from '../yaml/config-node.ts';
import type { ResolvedConfig } from './extend-entries.ts';

const MAX_WEIGHT = 200_000;
const MAX_DEPTH = 100;

/** Puts in place of every `!reference [job, keyword]` what it names, which may hold further ones. */
export function resolveReferences(config: MapNode, problems: Problems): ResolvedConfig {
  const resolver = new ReferenceResolver(config, problems);
  const broken = new Set<string>();
  const entries = new Map(config.entries);
  for (const [name, { key, value }] of config.entries) {
    const resolved = resolver.resolve(value);
    if (resolved === undefined) broken.add(name);
    else entries.set(name, { key, value: resolved });
  }
  return { config: mapNode(config.at, entries), broken };
}

class ReferenceResolver {
  readonly #config: MapNode;
  readonly #problems: Problems;
  readonly #resolved = new Map<ConfigNode, ConfigNode | 'under way' | 'failed'>();
  #followed = 0;

  constructor(config: MapNode, problems: Problems) {
    this.#config = config;
    this.#problems = problems;
  }

  /** The value without references, or undefined if one leads nowhere. */
  resolve(node: ConfigNode): ConfigNode | undefined {
    if (node.kind === 'scalar') return node;
    const known = this.#resolved.get(node);
    if (known === 'failed') return undefined;
    if (known === 'under way')
      return this.#refuse(node, 'is part of a circle of references', BREAK);
    if (known !== undefined) return known;
    this.#resolved.set(node, 'under way');
    const resolved = this.#measured(this.#resolveInner(node), node);
    this.#resolved.set(node, resolved ?? 'failed');
    return resolved;
  }

  #resolveInner(node: Exclude<ConfigNode, { kind: 'scalar' }>): ConfigNode | undefined {
    switch (node.kind) {
      case 'list':
        return this.#resolveList(node.at, node.items);
      case 'map':
        return this.#resolveMap(node);
      case 'reference':
        return this.#follow(node);
    }
  }

  #resolveList(at: ConfigNode['at'], items: readonly ConfigNode[]): ConfigNode | undefined {
    const resolved = items.map((item) => this.resolve(item));
    const complete = resolved.filter((item) => item !== undefined);
    return complete.length === items.length ? listNode(at, complete) : undefined;
  }

  #resolveMap(map: MapNode): MapNode | undefined {
    const entries = new Map(map.entries);
    let complete = true;
    for (const [name, { key, value }] of map.entries) {
      const resolved = this.resolve(value);
      if (resolved === undefined) complete = false;
      else entries.set(name, { key, value: resolved });
    }
    return complete ? mapNode(map.at, entries) : undefined;
  }

  #follow(reference: ReferenceNode): ConfigNode | undefined {
    let found: ConfigNode | undefined = this.#config;
    for (const name of reference.path) {
      found = found?.kind === 'map' ? found.entries.get(name)?.value : undefined;
    }
    // GitLab finds nothing where there is null or false.
    const isThere = found !== undefined && !isNull(found) && !isFalse(found);
    if (found !== undefined && isThere) return this.#resolveFound(found, reference);
    const what = `!reference [${reference.path.join(', ')}] leads to nothing`;
    this.#problems.addMissing(reference.at, what, 'define what it names, or correct the names');
    return undefined;
  }

  #resolveFound(found: ConfigNode, reference: ReferenceNode): ConfigNode | undefined {
    if (this.#followed >= MAX_DEPTH) {
      return this.#refuse(reference, `leads on more than ${MAX_DEPTH} times`, BREAK);
    }
    this.#followed += 1;
    const resolved = this.resolve(found);
    this.#followed -= 1;
    return resolved;
  }

  #measured(resolved: ConfigNode | undefined, node: ConfigNode): ConfigNode | undefined {
    if (resolved === undefined) return undefined;
    if (resolved.weight <= MAX_WEIGHT && resolved.depth <= MAX_DEPTH) return resolved;
    return this.#refuse(node, 'grows beyond measure by its references', 'use fewer of them');
  }

  #refuse(node: ConfigNode, what: string, wayOut: string): undefined {
    const name = node.kind === 'reference' ? `!reference [${node.path.join(', ')}]` : 'this value';
    this.#problems.add(node.at, `${name} ${what}`, wayOut);
  }
}

const BREAK = 'take one of the references out';

function isFalse(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === false;
}
