import type { ConfigField } from '../config-field.ts';
import type { YamlVariable, YamlVariables } from '../variables/yaml-variable.ts';
import type { ScalarNode } from '../yaml/config-node.ts';

/** The keys of a variable that is written as a mapping. */
export type VariableKey = 'value' | 'description' | 'options' | 'expand';

/** Reads `variables:`; `keys` says what a mapping may have there, none that there may be no mapping. */
export function readVariables(field: ConfigField, keys: readonly VariableKey[]): YamlVariables {
  const variables = new Map<string, YamlVariable>();
  for (const { key, value } of field.anyMap()?.fields() ?? []) {
    const variable = isVariableName(key, field) ? readVariable(value, keys) : undefined;
    if (variable !== undefined) variables.set(key.text, variable);
  }
  return variables;
}

function isVariableName(key: ScalarNode, field: ConfigField): boolean {
  const isName = typeof key.value === 'string' || /^\d+$/.test(key.text);
  if (!isName) {
    field.problems.add(
      key.at,
      `${field.name} has the key ${key.text}, which YAML reads as ${typeof key.value}`,
      'quote the key',
    );
  }
  return isName;
}

function readVariable(field: ConfigField, keys: readonly VariableKey[]): YamlVariable | undefined {
  const { node } = field;
  if (node.kind === 'scalar') return { value: node.text, raw: false };
  if (node.kind === 'list') {
    return field.refuse('has to be a string and is a list', 'write the value as one string');
  }
  if (keys.length === 0) {
    return field.refuse('has to be a string here and is a mapping', 'write the value alone');
  }
  return readDetailed(field, keys);
}

function readDetailed(field: ConfigField, keys: readonly VariableKey[]): YamlVariable | undefined {
  const map = field.map(keys);
  if (map === undefined) return undefined;
  const value = readValue(map.get('value'));
  const options = map.get('options')?.strings();
  map.get('description')?.string();
  const expand = map.get('expand')?.boolean() ?? true;
  if (options !== undefined && options.length > 0 && !options.includes(value)) {
    return field.refuse(`has the value "${value}", which is none of its options`, 'add it to them');
  }
  return { value, raw: !expand };
}

function readValue(field: ConfigField | undefined): string {
  if (field === undefined) return '';
  if (field.node.kind === 'scalar') return field.node.text;
  field.refuse('has to be a string', 'write the value as one string');
  return '';
}
