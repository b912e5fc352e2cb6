import { orderByReference } from '../reference-order.ts';
import type { ReferenceOrder } from '../reference-order.ts';
import {
  referencesInValue,
  replaceReferences,
  replaceReferencesInValue,
} from './variable-references.ts';
import type { YamlVariables } from './yaml-variable.ts';

// Values that double each other grow without end; beyond this one is left as it is written.
const MAX_EXPANDED_LENGTH = 1024 * 1024;

/** The variables that are known at one point of a pipeline's creation, as written and expanded. */
export class VariableScope {
  readonly #variables: YamlVariables;
  #expanded: ReadonlyMap<string, string> | undefined;

  constructor(variables: YamlVariables) {
    this.#variables = variables;
  }

  /** The value as it is written, which is what `rules:if` compares. */
  written(name: string): string | undefined {
    return this.#variables.get(name)?.value;
  }

  /** Replaces references by values as they are written; unknown ones stay. Runner tags are made so. */
  insertWritten(text: string): string {
    return replaceReferences(text, (name) => this.written(name));
  }

  /** Replaces references by values as they are written, unknown ones by nothing. Includes are made so. */
  insertWrittenOrBlank(text: string): string {
    return replaceReferences(text, (name) => this.written(name) ?? '');
  }

  /** Replaces references by expanded values; unknown ones stay. Globs of rules are made so. */
  expand(text: string): string {
    return replaceReferences(text, (name) => this.#expandedValues().get(name));
  }

  /** Replaces references by expanded values, unknown ones by nothing. Names are made so. */
  expandOrBlank(text: string): string {
    return replaceReferences(text, (name) => this.#expandedValues().get(name) ?? '');
  }

  /** The names of variables that refer to each other in a circle, if there are any. */
  findCircle(): readonly string[] | undefined {
    const order = orderVariables(this.#variables);
    return order.kind === 'circle' ? order.names : undefined;
  }

  #expandedValues(): ReadonlyMap<string, string> {
    this.#expanded ??= expandAll(this.#variables);
    return this.#expanded;
  }
}

function expandAll(variables: YamlVariables): ReadonlyMap<string, string> {
  const order = orderVariables(variables);
  const expanded = new Map<string, string>();
  // GitLab expands none of them where some form a circle, and refuses the pipeline for it later.
  const names = order.kind === 'order' ? order.names : [];
  for (const [name, { value }] of variables) if (order.kind === 'circle') expanded.set(name, value);
  for (const name of names) {
    const { value = '', raw = true } = variables.get(name) ?? {};
    const result = raw ? value : replaceReferencesInValue(value, (key) => expanded.get(key) ?? '');
    expanded.set(name, result.length > MAX_EXPANDED_LENGTH ? value : result);
  }
  return expanded;
}

/** A reference of a variable to itself is to a value from outside, and makes no circle. */
function orderVariables(variables: YamlVariables): ReferenceOrder {
  const references = Array.from(variables, ([name, { value, raw }]) => {
    const others = raw ? [] : referencesInValue(value).filter((other) => other !== name);
    return [name, others] as const;
  });
  return orderByReference(new Map(references));
}
