import type { ImageSpec, OneOrMany, ServiceSpec } from '../control/wire-job-spec.ts';
import { isJsonObject, type Json, type JsonObject } from '../http/parameters.ts';

/** An image as `.gitlab-ci.yml` has it: a name, or a mapping. */
export function imagePayload(image: string | ImageSpec | undefined): JsonObject | null {
  if (image === undefined) return null;
  const spec = typeof image === 'string' ? { name: image } : image;
  return {
    name: spec.name,
    entrypoint: manyOrNull(spec.entrypoint),
    ports: (spec.ports ?? []).map(portPayload),
    executor_opts: executorOptions(spec),
    pull_policy: manyOrNull(spec.pull_policy),
  };
}

/** A service given by name has no variables at all; one given as a mapping has a list of them. */
export function servicePayload(service: string | ServiceSpec): JsonObject {
  const spec: ServiceSpec = typeof service === 'string' ? { name: service } : service;
  return {
    ...imagePayload(spec),
    alias: spec.alias ?? null,
    command: manyOrNull(spec.command),
    variables:
      typeof service === 'string'
        ? null
        : Object.entries(spec.variables ?? {}).map(([key, value]) => ({
            key,
            value: String(value),
          })),
  };
}

function executorOptions({ docker, kubernetes }: ImageSpec): JsonObject {
  return {
    ...(docker === undefined ? {} : { docker }),
    ...(kubernetes === undefined ? {} : { kubernetes }),
  };
}

function portPayload(port: Json): Json {
  if (typeof port === 'number') return { number: port, protocol: 'http', name: 'default_port' };
  if (!isJsonObject(port)) return port;
  return { protocol: 'http', name: 'default_port', ...port };
}

function manyOrNull(value: OneOrMany<string> | undefined): string[] | null {
  return value === undefined ? null : [value].flat();
}
