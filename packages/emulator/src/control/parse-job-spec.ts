import { isJsonObject, type Json, type JsonObject } from '../http/parameters.ts';
import { badRequest } from '../http/refusal.ts';
import type { JobSpec } from './wire-job-spec.ts';

type Check = (value: Json) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isObject: Check = (value) => isJsonObject(value);
const isStringOrNumber: Check = (value) => isString(value) || isNumber(value);
const isStrings: Check = (value) => Array.isArray(value) && value.flat().every(isString);
const isNumbers: Check = (value) => Array.isArray(value) && value.every(isNumber);
const isLines: Check = (value) => isString(value) || isStrings(value);
const isObjects: Check = (value) =>
  isObject(value) || (Array.isArray(value) && value.every(isObject));
const isImage: Check = (value) => isString(value) || isObject(value);

const isScalar: Check = (value) => isString(value) || isNumber(value) || isBoolean(value);
const isVariables: Check = (value) =>
  isJsonObject(value) && Object.values(value).every((one) => isVariable(one));

function isVariable(variable: Json | undefined): boolean {
  if (variable === undefined || isScalar(variable)) return true;
  return isJsonObject(variable) && isScalar(variable['value'] ?? null);
}

const checks: Readonly<Record<keyof JobSpec, Check>> = {
  name: isString,
  stage: isString,
  stage_idx: isNumber,
  before_script: isLines,
  script: isLines,
  after_script: isLines,
  variables: isVariables,
  artifacts: isObjects,
  dependencies: isNumbers,
  cache: isObjects,
  timeout: isStringOrNumber,
  tags: isStrings,
  allow_failure: (value) => isBoolean(value) || isObject(value),
  image: isImage,
  services: (value) => Array.isArray(value) && value.every(isImage),
  hooks: isObject,
  release: isObject,
  run: (value) => Array.isArray(value),
  inputs: isObject,
  ref: isString,
  tag: isBoolean,
  protected: isBoolean,
  project_id: isNumber,
  user_id: isNumber,
  pipeline_id: isNumber,
  git: (value) => isJsonObject(value) && typeof value['path'] === 'string',
  when: isString,
  start_in: isString,
  retry: (value) => isNumber(value) || isObject(value),
  environment: isObject,
  parallel: isObject,
  count: (value) => typeof value === 'number' && Number.isInteger(value) && value > 0,
  payload: isObject,
};

/** Takes a job that came over HTTP; null counts as left out. @throws where a key is unknown or of the wrong kind. */
export function parseJobSpec(body: JsonObject): JobSpec {
  const spec: Record<string, Json> = {};
  for (const [key, value] of Object.entries(body)) {
    if (value === undefined || value === null) continue;
    const check = Object.hasOwn(checks, key) ? checks[key as keyof JobSpec] : undefined;
    if (check === undefined) throw badRequest(`a job has no ${key}`);
    if (!check(value)) throw badRequest(`a job's ${key} cannot be ${JSON.stringify(value)}`);
    spec[key] = value;
  }
  return spec;
}
