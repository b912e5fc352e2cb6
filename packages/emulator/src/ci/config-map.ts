import { ConfigField } from './config-field.ts';
import { nearestWord } from './nearest-word.ts';
import { isNull } from './yaml/config-node.ts';
import type { MapNode, ScalarNode } from './yaml/config-node.ts';

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
  refuseOthers(keys: readonly string[]): void {
    for (const { key } of this.#node.entries.values()) {
      if (!keys.includes(key.text)) this.#refuseKey(key, keys);
    }
  }

  /** Reports keys of which no two may stand together. */
  refuseTogether(keys: readonly Key[]): void {
    const written = keys.filter((key) => this.get(key) !== undefined);
    if (written.length < 2) return;
    this.field.refuse(`has both ${written.join(' and ')}`, `keep one of ${written.join(', ')}`);
  }

  #refuseKey(key: ScalarNode, known: readonly string[]): void {
    const nearest = nearestWord(key.text, known);
    const wayOut = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean ${nearest}?`;
    this.field.problems.add(key.at, `${this.field.name} has the unknown keyword ${key.text}`, wayOut);
  }

  #fieldOf(key: string, value: ConfigField['node']): ConfigField {
    return new ConfigField(value, `${this.field.name}:${key}`, this.field.problems);
  }
}
