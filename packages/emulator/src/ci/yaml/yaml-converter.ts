import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Document, Node, Scalar, YAMLMap, YAMLSeq } from 'yaml';

import type { Place } from '../pipeline-refused.ts';
import type { Problems } from '../problems.ts';
import { listNode, mapNode, referenceNode, scalarNode } from './config-node.ts';
import type { ConfigNode, MapEntry, ReferenceNode, ScalarNode } from './config-node.ts';
import { readPsychScalar } from './psych-scalar.ts';

// As in GitLab, where a deeper configuration counts as too big.
const MAX_DEPTH = 100;
const STRING_TAGS = new Set(['!', 'tag:yaml.org,2002:str']);
const CONTAINER_TAGS = new Set(['!', 'tag:yaml.org,2002:map', 'tag:yaml.org,2002:seq']);

/** Turns one parsed YAML document into nodes: aliases, merge keys and `!reference` included. */
export class YamlConverter {
  readonly #document: Document.Parsed;
  readonly #placeOf: (offset: number) => Place;
  readonly #problems: Problems;
  readonly #converted = new Map<Node, ConfigNode | 'under way'>();
  #depth = 0;

  constructor(document: Document.Parsed, placeOf: (offset: number) => Place, problems: Problems) {
    this.#document = document;
    this.#placeOf = placeOf;
    this.#problems = problems;
  }

  /** Undefined where something could not be converted; the problems say what. */
  convert(): ConfigNode | undefined {
    const { contents } = this.#document;
    return contents === null ? scalarNode(this.#placeOf(0), null) : this.#node(contents);
  }

  #node(node: unknown): ConfigNode | undefined {
    if (isAlias(node)) return this.#alias(node);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return undefined;
    this.#converted.set(node, 'under way');
    this.#depth += 1;
    const converted = this.#depth > MAX_DEPTH ? this.#tooDeep(node) : this.#tagged(node);
    this.#depth -= 1;
    if (converted !== undefined) this.#converted.set(node, converted);
    return converted;
  }

  #tooDeep(node: Node): undefined {
    const what = `values are nested more than ${MAX_DEPTH} levels deep`;
    return this.#refuse(node, what, 'flatten them');
  }

  #tagged(node: Scalar | YAMLMap | YAMLSeq): ConfigNode | undefined {
    if (node.tag === '!reference') return this.#reference(node);
    if (isScalar(node)) return this.#scalar(node);
    if (node.tag !== undefined && !CONTAINER_TAGS.has(node.tag)) return this.#unknownTag(node);
    return isSeq(node) ? this.#list(node) : this.#map(node);
  }

  #scalar(node: Scalar): ScalarNode | undefined {
    const at = this.#at(node);
    const source = typeof node.value === 'string' ? node.value : '';
    if (node.tag !== undefined && !STRING_TAGS.has(node.tag)) return this.#unknownTag(node);
    if (node.type !== 'PLAIN' || node.tag !== undefined) return scalarNode(at, source, source);
    const read = readPsychScalar(source);
    if (read !== undefined) return scalarNode(at, read.value, read.text);
    return this.#refuse(node, `${source} reads as a date, which GitLab does not take`, 'quote it');
  }

  #list(node: YAMLSeq): ConfigNode | undefined {
    const items = node.items.map((item) => this.#node(item));
    return items.includes(undefined)
      ? undefined
      : listNode(
          this.#at(node),
          items.filter((item) => item !== undefined),
        );
  }

  #map(node: YAMLMap): ConfigNode | undefined {
    const entries = new Map<string, MapEntry>();
    const written = new Set<string>();
    let complete = true;
    for (const { key, value } of node.items) {
      const entry = this.#entry(key, value);
      if (entry === undefined) complete = false;
      else if (!this.#merge(entry, entries)) {
        if (written.has(entry.key.text)) this.#noteRepeated(entry.key);
        written.add(entry.key.text);
        entries.set(entry.key.text, entry);
      }
    }
    return complete ? mapNode(this.#at(node), entries) : undefined;
  }

  #entry(keyNode: unknown, valueNode: unknown): MapEntry | undefined {
    const key = this.#key(keyNode);
    const value = valueNode === null ? key && scalarNode(key.at, null) : this.#node(valueNode);
    return key && value && { key, value };
  }

  #key(node: unknown): ScalarNode | undefined {
    const key = this.#node(node);
    if (key === undefined || key.kind === 'scalar') return key;
    this.#problems.add(key.at, 'a key has to be a string', 'write it without brackets');
    return undefined;
  }

  /**
   * Copies what `<<` names, where that is the entry's key. Ruby merges it where it stands: it wins
   * over the keys before it, and the keys after it win over it.
   */
  #merge({ key, value }: MapEntry, entries: Map<string, MapEntry>): boolean {
    if (key.text !== '<<') return false;
    const sources = value.kind === 'list' ? value.items.toReversed() : [value];
    if (!sources.every((source) => source.kind === 'map')) return false;
    // The first of several sources wins, so it goes in last.
    for (const source of sources) {
      for (const [name, entry] of source.entries) entries.set(name, entry);
    }
    return true;
  }

  #noteRepeated(key: ScalarNode): void {
    this.#problems.note(key.at, `the key "${key.text}" stands here a second time; the last counts`);
  }

  #alias(node: Alias): ConfigNode | undefined {
    const target = node.resolve(this.#document);
    const converted = target && this.#converted.get(target);
    if (converted === 'under way') {
      return this.#refuse(node, `the anchor &${node.source} contains itself`, 'take the alias out');
    }
    if (converted === undefined && target === undefined) {
      return this.#refuse(
        node,
        `no anchor &${node.source} is defined before *${node.source}`,
        DEFINE,
      );
    }
    return converted;
  }

  #reference(node: Scalar | YAMLMap | YAMLSeq): ReferenceNode | undefined {
    const list = isSeq(node) ? this.#list(node) : undefined;
    const items = list?.kind === 'list' ? list.items : [];
    const path = items.flatMap((item) =>
      item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : [],
    );
    if (path.length > 0 && path.length === items.length) return referenceNode(this.#at(node), path);
    return this.#refuse(
      node,
      '!reference takes a list of strings',
      'write !reference [job, keyword]',
    );
  }

  #unknownTag(node: Node & { tag?: string }): undefined {
    return this.#refuse(
      node,
      `the YAML tag ${node.tag} is not known`,
      'only !reference is; drop it',
    );
  }

  #refuse(node: Node, what: string, wayOut: string): undefined {
    this.#problems.add(this.#at(node), what, wayOut);
  }

  #at(node: unknown): Place {
    const { range } = node as Node;
    return this.#placeOf(range?.[0] ?? 0);
  }
}

const DEFINE = 'define it first, in the same file';
