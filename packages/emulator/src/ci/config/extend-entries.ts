import { allOrNone, ConfigField } from '../config-field.ts';
import { nearestWord } from '../nearest-word.ts';
import type { Problems } from '../problems.ts';
import { mapNode } from '../yaml/config-node.ts';
import type { ConfigNode, MapNode } from '../yaml/config-node.ts';
import { deepMerge } from './deep-merge.ts';

/** The configuration after a step that concerns each job, and the jobs that it failed for. */
export interface ResolvedConfig {
  readonly config: MapNode;
  readonly broken: ReadonlySet<string>;
}

// GitLab counts the ancestors of a base that itself extends something.
const MAX_LEVELS = 11;

/** Gives every entry with `extends` what the entries that it names have, the later over the earlier. */
export function extendEntries(config: MapNode, problems: Problems): ResolvedConfig {
  const extender = new Extender(config, problems);
  const entries = [...config.entries].map(([name, { key, value }]) => {
    return [name, { key, value: extender.extend(name, []) ?? value }] as const;
  });
  return { config: mapNode(config.at, new Map(entries)), broken: extender.broken };
}

class Extender {
  readonly broken = new Set<string>();
  readonly #config: MapNode;
  readonly #problems: Problems;
  readonly #extended = new Map<string, ConfigNode>();
  readonly #levels = new Map<string, number>();

  constructor(config: MapNode, problems: Problems) {
    this.#config = config;
    this.#problems = problems;
  }

  /** The entry with all that it extends merged in, or undefined if that cannot be done. */
  extend(name: string, ancestors: readonly string[]): ConfigNode | undefined {
    const known = this.#extended.get(name);
    if (known !== undefined || this.broken.has(name)) return known;
    const own = this.#config.entries.get(name)?.value;
    const extended = own?.kind === 'map' ? this.#extendMap(name, own, ancestors) : own;
    if (extended === undefined) this.broken.add(name);
    else this.#extended.set(name, extended);
    return extended;
  }

  #extendMap(name: string, own: MapNode, ancestors: readonly string[]): MapNode | undefined {
    const node = own.entries.get('extends')?.value;
    if (node === undefined) return own;
    const field = new ConfigField(node, `${name}:extends`, this.#problems);
    const bases = field.stringOrStrings();
    const merged = bases?.map((base) => this.#base(base, field, [...ancestors, name]));
    const under = merged && allOrNone(merged);
    if (bases === undefined || under === undefined) return undefined;
    const levels = 1 + Math.max(0, ...bases.map((base) => this.#levels.get(base) ?? 0));
    if (levels > MAX_LEVELS) return refuseDepth(field);
    this.#levels.set(name, levels);
    return deepMerge(under.reduce(deepMerge, mapNode(own.at, new Map())), own);
  }

  #base(base: string, field: ConfigField, ancestors: readonly string[]): MapNode | undefined {
    if (ancestors.includes(base)) {
      const circle = [...ancestors.slice(ancestors.indexOf(base)), base].join(' → ');
      return field.refuse(`goes in a circle: ${circle}`, 'take one of them out');
    }
    if (ancestors.length > MAX_LEVELS) return refuseDepth(field);
    if (!this.#config.entries.has(base)) return this.#missing(base, field);
    const extended = this.extend(base, ancestors);
    if (extended === undefined || extended.kind === 'map') return extended;
    return field.refuse(`names ${base}, which is no mapping`, 'use !reference for a part of it');
  }

  #missing(base: string, field: ConfigField): undefined {
    const nearest = nearestWord(base, [...this.#config.entries.keys()]);
    const wayOut = nearest === undefined ? `define ${base}` : `did you mean ${nearest}?`;
    this.#problems.addMissing(
      field.at,
      `${field.name} names ${base}, which is not defined`,
      wayOut,
    );
  }
}

function refuseDepth(field: ConfigField): undefined {
  return field.refuse(`goes through more than ${MAX_LEVELS} levels`, 'extend fewer levels');
}
