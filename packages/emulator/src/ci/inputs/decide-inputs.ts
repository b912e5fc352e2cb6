import { allOrNone } from '../config-field.ts';
import type { ConfigField, ConfigMap } from '../config-field.ts';
import type { Place } from '../pipeline-refused.ts';
import { Re2 } from '../re2/re2.ts';
import { Re2SyntaxError } from '../re2/re2-syntax-error.ts';
import type { ConfigNode } from '../yaml/config-node.ts';
import { nounFor, scalarNode } from '../yaml/config-node.ts';

/** The values of a file's inputs, by name. */
export type InputValues = ReadonlyMap<string, ConfigNode>;

const TYPES = ['string', 'number', 'boolean', 'array'] as const;
type InputType = (typeof TYPES)[number];

/**
 * Decides the inputs of a file from its `spec` header and from what its `include` gives.
 *
 * @returns undefined where one of them could not be decided.
 */
export function decideFileInputs(
  header: ConfigField,
  given: ConfigMap | undefined,
): InputValues | undefined {
  const keys = ['inputs', 'description', 'include', 'component'] as const;
  const spec = header.map(['spec'])?.get('spec')?.map(keys);
  for (const key of ['include', 'component'] as const) {
    spec?.get(key)?.refuse('is not filled in here', 'write the inputs out below spec:inputs');
  }
  const inputs = spec?.get('inputs');
  if (inputs === undefined) refuseUnknown(given, []);
  return inputs === undefined ? new Map() : decideInputs(inputs, given);
}

/** Decides inputs from their definitions and from what is given for them. */
export function decideInputs(definitions: ConfigField, given?: ConfigMap): InputValues | undefined {
  const specs = [...(definitions.anyMap()?.fields() ?? [])];
  refuseUnknown(
    given,
    specs.map(({ key }) => key.text),
  );
  const values = specs.map(({ key, value }) => {
    const decided = decideInput(value, given?.get(key.text), key.at);
    return decided && ([key.text, decided] as const);
  });
  const complete = allOrNone(values);
  return complete && new Map(complete);
}

function refuseUnknown(given: ConfigMap | undefined, known: readonly string[]): void {
  for (const { key, value } of given?.fields() ?? []) {
    if (known.includes(key.text)) continue;
    value.refuse('is no input of that file', `known are ${known.join(', ') || 'none'}`);
  }
}

function decideInput(
  field: ConfigField,
  given: ConfigField | undefined,
  at: Place,
): ConfigNode | undefined {
  const isBare = field.node.kind === 'scalar' && field.node.value === null;
  const spec = isBare
    ? undefined
    : field.map(['default', 'description', 'options', 'regex', 'type', 'rules']);
  spec?.get('rules')?.refuse('is not evaluated here', 'write default and options without rules');
  const type = spec?.get('type')?.oneOf(TYPES) ?? 'string';
  // `default:` with nothing behind it is the empty string, and no missing default.
  const value = given ?? spec?.getWritten('default');
  if (value === undefined) {
    field.problems.add(
      at,
      `${field.name} has no value`,
      'give it a default, or a value where the file is included',
    );
    return undefined;
  }
  const coerced = coerce(value, type);
  if (coerced !== undefined && spec !== undefined) checkValue(coerced, value, spec);
  return coerced;
}

function coerce(field: ConfigField, type: InputType): ConfigNode | undefined {
  const { node } = field;
  if (type === 'array' && node.kind === 'list') return node;
  if (node.kind === 'scalar') {
    if (type === 'string') return scalarNode(node.at, node.text);
    if (typeof node.value === type) return node;
  }
  return field.refuse(`has to be of type ${type} and is ${nounFor(node)}`, `give it a ${type}`);
}

function checkValue(
  value: ConfigNode,
  field: ConfigField,
  spec: ConfigMap<'options' | 'regex'>,
): void {
  const text = value.kind === 'scalar' ? value.text : '';
  const options = spec.get('options')?.items();
  const known = options?.map(({ node }) => (node.kind === 'scalar' ? node.text : ''));
  if (known !== undefined && !known.includes(text)) {
    field.refuse(`is "${text}"`, `give one of ${known.join(', ')}`);
  }
  const regex = spec.get('regex');
  const pattern = regex?.string();
  if (regex === undefined || pattern === undefined) return;
  try {
    if (!new Re2(pattern).test(text)) field.refuse(`is "${text}"`, `match ${pattern}`);
  } catch (error) {
    if (!(error instanceof Re2SyntaxError)) throw error;
    regex.refuse(`is no pattern of RE2 (${error.message})`, 'correct it');
  }
}
