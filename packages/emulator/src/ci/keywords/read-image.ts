import { allOrNone } from '../config-field.ts';
import type { ConfigField, ConfigMap } from '../config-field.ts';
import { plainObject } from '../yaml/plain-value.ts';
import type { JsonValue } from '../yaml/plain-value.ts';
import { readVariables } from './read-variables.ts';

/** An image or a service as `.gitlab-ci.yml` has it, always as a mapping. */
export type ImageValue = Readonly<Record<string, JsonValue>> & { readonly name: string };

const IMAGE_KEYS = ['name', 'entrypoint', 'pull_policy', 'docker', 'kubernetes', 'ports'] as const;
const SERVICE_KEYS = [...IMAGE_KEYS, 'command', 'alias', 'variables'] as const;
const PULL_POLICIES = ['always', 'never', 'if-not-present'] as const;

/** Reads `image:`. */
export function readImage(field: ConfigField): ImageValue | undefined {
  return field.node.kind === 'map' ? readDetailed(field, field.map(IMAGE_KEYS)) : readName(field);
}

/** Reads `services:`. */
export function readServices(field: ConfigField): readonly ImageValue[] | undefined {
  return allOrNone((field.items() ?? []).map(readService));
}

function readService(field: ConfigField): ImageValue | undefined {
  if (field.node.kind !== 'map') return readName(field);
  const map = field.map(SERVICE_KEYS);
  const command = map?.get('command')?.commands();
  map?.get('alias')?.text();
  const variables = map?.get('variables');
  const values = variables && [...readVariables(variables, ['value', 'expand'])];
  const image = readDetailed(field, map);
  return (
    image && {
      ...image,
      ...(command && { command }),
      ...(values && {
        variables: Object.fromEntries(values.map(([key, { value }]) => [key, value])),
      }),
    }
  );
}

function readName(field: ConfigField): ImageValue | undefined {
  const name = field.text();
  return name === undefined ? undefined : { name };
}

function readDetailed(
  field: ConfigField,
  map: ConfigMap<(typeof IMAGE_KEYS)[number]> | undefined,
): ImageValue | undefined {
  const nameField = map?.get('name');
  if (map === undefined) return undefined;
  if (nameField === undefined) return field.refuse('has no name', 'write `name: IMAGE` in it');
  const name = nameField.text();
  map.get('ports')?.refuse('is only for web terminals in GitLab', 'take it out');
  map.get('entrypoint')?.strings();
  const pullPolicy = readPullPolicy(map.get('pull_policy'));
  readExecutorOptions(map);
  return name === undefined
    ? undefined
    : {
        ...(field.node.kind === 'map' && plainObject(field.node)),
        name,
        ...(pullPolicy && { pull_policy: pullPolicy }),
      };
}

function readPullPolicy(field: ConfigField | undefined): string[] | undefined {
  if (field === undefined) return undefined;
  const policies = field.node.kind === 'list' ? field.items() : [field];
  return policies && allOrNone(policies.map((policy) => policy.oneOf(PULL_POLICIES)));
}

function readExecutorOptions(map: ConfigMap<'docker' | 'kubernetes'>): void {
  const docker = map.get('docker')?.map(['platform', 'user']);
  docker?.get('platform')?.text();
  docker?.get('user')?.text();
  // Kubernetes alone takes a bare number for its user.
  map.get('kubernetes')?.map(['user']);
}
