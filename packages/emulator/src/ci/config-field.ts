import { nearestWord } from './nearest-word.ts';
import type { Place } from './pipeline-refused.ts';
import type { Problems } from './problems.ts';
import { isNull, nounFor } from './yaml/config-node.ts';
import type { ConfigNode, MapNode, ScalarNode } from './yaml/config-node.ts';

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

  /** A mapping with no other keys than these; `retired` says what to write for keys of old. */
  map<Key extends string>(keys: readonly Key[], retired: Hints = {}): ConfigMap<Key> | undefined {
    const map = this.anyMap();
    map?.refuseOthers(keys, retired);
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
    const what = `has to be ${wanted} and is ${nounFor(this.node)}`;
    if (this.node.kind !== 'reference') return this.refuse(what, wayOut);
    // A reference that is still here led nowhere, which has been said, or stands where none can.
    if (this.problems.hasAt(this.at)) return undefined;
    this.problems.addMissing(this.at, `${this.name} ${what}`, 'write out what it refers to');
    return undefined;
  }
}

/** A mapping of the configuration while it is read. */
export class ConfigMap<Key extends string = string> {
  readonly field: ConfigField;
  readonly #node: MapNode;

  constructor(field: ConfigField, node: MapNode) {
    this.field = field;
    this.#node = node;
  }

  /** The value of a key; undefined also where nothing is written for it, as GitLab has it. */
  get(key: Key): ConfigField | undefined {
    const entry = this.#node.entries.get(key);
    return entry === undefined || isNull(entry.value) ? undefined : this.#fieldOf(key, entry.value);
  }

  /** The value of a key even if nothing is written for it. */
  getWritten(key: Key): ConfigField | undefined {
    const entry = this.#node.entries.get(key);
    return entry && this.#fieldOf(key, entry.value);
  }

  /** Tells whether the key is written, be it with nothing behind it. */
  has(key: Key): boolean {
    return this.#node.entries.has(key);
  }

  /** All keys with their values, those with nothing written for them included. */
  *fields(): Iterable<{ readonly key: ScalarNode; readonly value: ConfigField }> {
    for (const [name, { key, value }] of this.#node.entries) {
      yield { key, value: this.#fieldOf(name, value) };
    }
  }

  /** Reports every key that is none of these. */
  refuseOthers(keys: readonly string[], hints: Hints): void {
    for (const { key } of this.#node.entries.values()) {
      if (!keys.includes(key.text)) this.#refuseKey(key, hints[key.text] ?? guess(key.text, keys));
    }
  }

  /** Reports keys of which no two may stand together. */
  refuseTogether(keys: readonly Key[]): void {
    const written = keys.filter((key) => this.get(key) !== undefined);
    if (written.length < 2) return;
    this.field.refuse(`has both ${written.join(' and ')}`, `keep one of ${written.join(', ')}`);
  }

  #refuseKey(key: ScalarNode, wayOut: string): void {
    const what = `${this.field.name} has the unknown keyword ${key.text}`;
    this.field.problems.add(key.at, what, wayOut);
  }

  #fieldOf(key: string, value: ConfigNode): ConfigField {
    const { name, problems } = this.field;
    return new ConfigField(value, name === '' ? key : `${name}:${key}`, problems);
  }
}

type Hints = Readonly<Record<string, string>>;

function guess(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined
    ? `known are ${[...new Set(known)].join(', ')}`
    : `did you mean ${nearest}?`;
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
