import { ConfigMap } from './config-map.ts';
import type { Place } from './pipeline-refused.ts';
import type { Problems } from './problems.ts';
import { nounFor } from './yaml/config-node.ts';
import type { ConfigNode } from './yaml/config-node.ts';

// How deep GitLab flattens the lists of a script or of rules, which references nest.
const MAX_NESTING = 10;

/**
 * One value of the configuration while it is read: the node, GitLab's name for it, such as
 * `build:artifacts:paths`, and where to say that it is not what it should be.
 *
 * Each reading method answers undefined for a value of another kind, having reported it.
 */
export class ConfigField {
  readonly node: ConfigNode;
  readonly name: string;
  readonly problems: Problems;

  constructor(node: ConfigNode, name: string, problems: Problems) {
    this.node = node;
    this.name = name;
    this.problems = problems;
  }

  get at(): Place {
    return this.node.at;
  }

  /** Reports what is wrong with this value; the sentence begins with its name. */
  refuse(what: string, wayOut: string): undefined {
    this.problems.add(this.at, `${this.name} ${what}`, wayOut);
  }

  /** Remarks that the value changes nothing for a runner, and why. */
  note(what: string): void {
    this.problems.note(this.at, `${this.name} ${what}`);
  }

  string(): string | undefined {
    const { node } = this;
    if (node.kind === 'scalar' && typeof node.value === 'string') return node.value;
    return this.#wrongKind('a string', 'put it in quotes if it is meant as text');
  }

  /** A string that is not blank. */
  text(): string | undefined {
    const string = this.string();
    if (string === undefined || string.trim() !== '') return string;
    return this.refuse('is blank', 'write something or take the keyword out');
  }

  boolean(): boolean | undefined {
    const { node } = this;
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    return this.#wrongKind('a boolean', 'write true or false, without quotes');
  }

  integer(min: number, max: number): number | undefined {
    const { node } = this;
    const isInteger = node.kind === 'scalar' && /^-?\d+$/.test(node.text);
    if (!isInteger || typeof node.value !== 'number') {
      return this.#wrongKind('a whole number', `write a number from ${min} to ${max}`);
    }
    if (node.value >= min && node.value <= max) return node.value;
    return this.refuse(`is ${node.text}`, `write a number from ${min} to ${max}`);
  }

  /** One of the words that GitLab knows here. */
  oneOf<Word extends string>(words: readonly Word[]): Word | undefined {
    const string = this.string();
    const word = words.find((known) => known === string);
    if (string === undefined || word !== undefined) return word;
    return this.refuse(`is "${string}"`, `write one of ${words.join(', ')}`);
  }

  strings(): string[] | undefined {
    const { node } = this;
    if (node.kind !== 'list') {
      return this.#wrongKind('a list of strings', 'write it as a list, one "- …" a line');
    }
    return allOrNone(node.items.map((item) => this.#item(item).string()));
  }

  /** A list of strings, or one string alone. */
  stringOrStrings(): string[] | undefined {
    return this.node.kind === 'scalar' ? asList(this.string()) : this.strings();
  }

  /** The commands of a script: one string, or strings in lists as nested as references make them. */
  commands(): string[] | undefined {
    if (this.node.kind !== 'list') return asList(this.#command());
    const items = this.items();
    return items && allOrNone(items.map((item) => item.#command()));
  }

  #command(): string | undefined {
    const { node } = this;
    if (node.kind === 'scalar' && typeof node.value === 'string') return node.value;
    const wayOut = 'quote the whole line: a ": " within it makes YAML read a mapping';
    return this.#wrongKind('a command', node.kind === 'map' ? wayOut : 'quote it');
  }

  /** The members of a list with the lists within it flattened. */
  items(): ConfigField[] | undefined {
    if (this.node.kind !== 'list') return this.#wrongKind('a list', 'write one "- …" a line');
    const items = flatten(this.node.items, MAX_NESTING);
    if (items === undefined) {
      return this.refuse(`nests lists more than ${MAX_NESTING} deep`, 'flatten them');
    }
    return items.map((item) => this.#item(item));
  }

  /** A mapping with no other keys than these. */
  map<Key extends string>(keys: readonly Key[]): ConfigMap<Key> | undefined {
    const map = this.anyMap();
    map?.refuseOthers(keys);
    return map;
  }

  /** A mapping with whatever keys. */
  anyMap(): ConfigMap | undefined {
    if (this.node.kind === 'map') return new ConfigMap(this, this.node);
    return this.#wrongKind('a mapping', 'write its keywords below it, indented');
  }

  #item(node: ConfigNode): ConfigField {
    return new ConfigField(node, this.name, this.problems);
  }

  #wrongKind(wanted: string, wayOut: string): undefined {
    return this.refuse(`has to be ${wanted} and is ${nounFor(this.node)}`, wayOut);
  }
}

function asList(value: string | undefined): string[] | undefined {
  return value === undefined ? undefined : [value];
}

/** The values if all were read; one that was not has been reported. */
export function allOrNone<T>(values: readonly (T | undefined)[]): T[] | undefined {
  const read = values.filter((value) => value !== undefined);
  return read.length === values.length ? read : undefined;
}

function flatten(nodes: readonly ConfigNode[], levels: number): ConfigNode[] | undefined {
  const flat: ConfigNode[] = [];
  for (const node of nodes) {
    const inner = node.kind === 'list' ? levels > 0 && flatten(node.items, levels - 1) : [node];
    if (inner === false || inner === undefined) return undefined;
    for (const item of inner) flat.push(item);
  }
  return flat;
}
