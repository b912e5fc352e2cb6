import type { Place } from '../pipeline-refused.ts';

/** A value of the configuration that remembers where it was written, wherever it is merged to. */
export type ConfigNode = ScalarNode | ListNode | MapNode | ReferenceNode;

/** `text` is the value as Ruby prints it: `1.10` reads as a number whose text is `1.1`. */
export interface ScalarNode extends Measured {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly text: string;
}

export interface ListNode extends Measured {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
}

export interface MapNode extends Measured {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface MapEntry {
  readonly key: ScalarNode;
  readonly value: ConfigNode;
}

/** A `!reference [job, keyword]` that is not resolved yet. */
export interface ReferenceNode extends Measured {
  readonly kind: 'reference';
  readonly path: readonly string[];
}

interface Measured {
  readonly at: Place;
  /** How many values there are in all; shared parts, such as an anchor's, count each time. */
  readonly weight: number;
  readonly depth: number;
}

export function scalarNode(
  at: Place,
  value: ScalarNode['value'],
  text = String(value ?? ''),
): ScalarNode {
  return { kind: 'scalar', at, value, text, weight: 1, depth: 1 };
}

export function listNode(at: Place, items: readonly ConfigNode[]): ListNode {
  return { kind: 'list', at, items, ...measure(items) };
}

export function mapNode(at: Place, entries: ReadonlyMap<string, MapEntry>): MapNode {
  return { kind: 'map', at, entries, ...measure([...entries.values()].map(({ value }) => value)) };
}

export function referenceNode(at: Place, path: readonly string[]): ReferenceNode {
  return { kind: 'reference', at, path, weight: 1, depth: 1 };
}

function measure(children: readonly ConfigNode[]): { weight: number; depth: number } {
  return {
    weight: children.reduce((sum, child) => sum + child.weight, 1),
    depth: children.reduce((most, child) => Math.max(most, child.depth), 0) + 1,
  };
}

/** A map without these keys. */
export function withoutKeys(map: MapNode, keys: readonly string[]): MapNode {
  const kept = [...map.entries].filter(([key]) => !keys.includes(key));
  return mapNode(map.at, new Map(kept));
}

/** Tells whether nothing was written for a key: GitLab takes `key:` for a key left out. */
export function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** What a node is, in a message's words. */
export function nounFor(node: ConfigNode): string {
  switch (node.kind) {
    case 'list':
      return 'a list';
    case 'map':
      return 'a mapping';
    case 'reference':
      return 'a reference';
    case 'scalar':
      return nounForScalar(node);
  }
}

function nounForScalar({ value, text }: ScalarNode): string {
  if (value === null) return 'empty';
  if (typeof value === 'string') return `the string "${shorten(text)}"`;
  return typeof value === 'boolean' ? `the boolean ${text}` : `the number ${text}`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
