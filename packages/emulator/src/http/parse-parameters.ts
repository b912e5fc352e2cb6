import type { Json, JsonObject } from './parameters.ts';
import { isJsonObject } from './parameters.ts';
import { invalidJson } from './refusal.ts';

/** Query and body as one set of parameters; a form's `info[name]=x` becomes a nested object. */
export function parseParameters(query: string, body: string, contentType: string): JsonObject {
  const fromBody = body === '' ? {} : parseBody(body, contentType);
  if (query === '') return fromBody;
  return { ...parseForm(query), ...fromBody };
}

function parseBody(body: string, contentType: string): JsonObject {
  if (contentType.startsWith('application/x-www-form-urlencoded')) return parseForm(body);
  const first = body.trimStart()[0];
  if (contentType.startsWith('application/json') || first === '{') return parseJson(body);
  return {};
}

function parseJson(body: string): JsonObject {
  try {
    const value = JSON.parse(body) as Json;
    return isJsonObject(value) ? value : {};
  } catch {
    throw invalidJson();
  }
}

type Nested = { [key: string]: Json | Nested };

/** Decodes as Rack does: `a[b]=1` nests, `a[]=1` collects. */
export function parseForm(text: string): JsonObject {
  const root: Nested = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const [first, ...rest] = name.split('[').map((part) => part.replace(/\]$/, ''));
    if (first !== undefined) place(root, [first, ...rest], value);
  }
  return root;
}

function place(target: Nested, [key, next, ...rest]: [string, ...string[]], value: string): void {
  if (key === '__proto__') return;
  if (next === undefined) target[key] = value;
  else if (next === '') target[key] = [...((target[key] as Json[] | undefined) ?? []), value];
  else place((target[key] ??= {}) as Nested, [next, ...rest], value);
}
