import { ConfigField } from '../config-field.ts';
import type { ConfigMap } from '../config-field.ts';
import { findByWildcard } from '../glob/wildcard-path.ts';
import { decideFileInputs } from '../inputs/decide-inputs.ts';
import { interpolate } from '../inputs/interpolate.ts';
import type { PipelineFacts } from '../pipeline-facts.ts';
import type { Problems } from '../problems.ts';
import { matchRules } from '../rules/match-rules.ts';
import { VariableScope } from '../variables/variable-scope.ts';
import { mergeVariables } from '../variables/yaml-variable.ts';
import { mapNode, withoutKeys } from '../yaml/config-node.ts';
import type { MapNode } from '../yaml/config-node.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import type { YamlFile } from '../yaml/read-yaml.ts';
import { deepMerge } from './deep-merge.ts';
import { readIncludes } from './include-entry.ts';
import type { IncludeEntry, OutsideInclude } from './include-entry.ts';

const MAX_INCLUDES = 150;

/** Reads the configuration with all that it includes, as one mapping. */
export function loadConfig(facts: PipelineFacts, problems: Problems): MapNode {
  const start = { file: facts.entry, line: 1, column: 1 };
  const text = facts.readFile(facts.entry);
  if (text === undefined) {
    problems.markIncomplete();
    problems.add(start, `the repository has no ${facts.entry} at ${facts.ref}`, 'commit one');
    return mapNode(start, new Map());
  }
  const loaded = new ConfigLoader(facts, problems).load(text, facts.entry, undefined, []);
  return loaded ?? mapNode(start, new Map());
}

class ConfigLoader {
  readonly #facts: PipelineFacts;
  readonly #problems: Problems;
  /** Of the configuration's own variables none is known yet while files are included. */
  readonly #variables: VariableScope;
  readonly #included = new Set<string>();
  #includes = 0;

  constructor(facts: PipelineFacts, problems: Problems) {
    this.#facts = facts;
    this.#problems = problems;
    this.#variables = new VariableScope(mergeVariables(facts.predefined, facts.given));
  }

  /** The file's own configuration over that of its includes; undefined if it cannot be read. */
  load(
    text: string,
    path: string,
    inputs: ConfigMap | undefined,
    chain: readonly string[],
  ): MapNode | undefined {
    const file = readYaml(text, path, this.#problems);
    const content = file && this.#fillIn(file, inputs);
    if (content === undefined) {
      this.#problems.markIncomplete();
      return undefined;
    }
    const node = content.entries.get('include')?.value;
    const field = node && new ConfigField(node, 'include', this.#problems);
    const entries = field === undefined ? [] : readIncludes(field);
    const included = entries.flatMap((entry) => this.#include(entry, [...chain, path]));
    const base = included.reduce(deepMerge, mapNode(content.at, new Map()));
    return deepMerge(base, withoutKeys(content, ['include']));
  }

  #fillIn({ header, content }: YamlFile, given: ConfigMap | undefined): MapNode | undefined {
    if (header === undefined) {
      given?.field.refuse('goes to a file without a spec header', 'add the header, or drop inputs');
      return content;
    }
    const inputs = decideFileInputs(new ConfigField(header, 'header', this.#problems), given);
    const [variables, problems] = [this.#variables, this.#problems];
    return inputs && interpolate(content, { inputs, variables, problems });
  }

  #include(entry: IncludeEntry | OutsideInclude, chain: readonly string[]): MapNode[] {
    if (!this.#isWanted(entry)) return [];
    if ('kind' in entry) {
      entry.field.refuse(
        `takes a configuration by ${entry.kind}, and nothing is fetched here`,
        COPY,
      );
      this.#problems.markIncomplete();
      return [];
    }
    return this.#locate(entry).flatMap((path) => this.#includeFile(path, entry, chain) ?? []);
  }

  #isWanted({ rules, field }: IncludeEntry | OutsideInclude): boolean {
    if (rules === undefined) return true;
    const scope = this.#variables;
    const rule = matchRules(rules, { facts: this.#facts, scope, problems: this.#problems });
    const isWanted = rule !== undefined && rule.when !== 'never';
    if (!isWanted) field.note('is left out by its rules');
    return isWanted;
  }

  /** The files that an include names, by a wildcard perhaps. */
  #locate({ path: written, field }: IncludeEntry): string[] {
    const path = this.#variables.insertWrittenOrBlank(written).replace(/^\/+/, '');
    if (!path.includes('*')) return [path];
    const found = findByWildcard(path, this.#facts.files());
    if (found.length === 0) field.note(`matches no file (${path})`);
    return found.filter((file) => !this.#included.has(file));
  }

  #includeFile(
    path: string,
    { field, inputs }: IncludeEntry,
    chain: readonly string[],
  ): MapNode | undefined {
    const refused = this.#refusal(path, chain);
    const text = refused === undefined ? this.#facts.readFile(path) : undefined;
    if (text !== undefined) {
      this.#included.add(path);
      this.#includes += 1;
      return this.load(text, path, inputs, chain);
    }
    const [what, wayOut] = refused ?? [
      `is ${path}, which does not exist`,
      'commit it, or correct the path',
    ];
    this.#problems.markIncomplete();
    return field.refuse(what, wayOut);
  }

  #refusal(path: string, chain: readonly string[]): [what: string, wayOut: string] | undefined {
    if (!/.\.ya?ml$/i.test(path))
      return [`is ${path}`, 'include a file that ends in .yml or .yaml'];
    if (chain.includes(path))
      return [`is ${path}, which is being read already`, 'break the circle'];
    if (this.#includes < MAX_INCLUDES) return undefined;
    return [`is one include too many`, `include at most ${MAX_INCLUDES} files`];
  }
}

const COPY = 'copy what it gives into the repository and include that by `local`';
