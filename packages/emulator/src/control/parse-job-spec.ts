import { parseDuration } from '../ci/duration.ts';
import { isJsonObject, type Json, type JsonObject } from '../http/parameters.ts';
import { badRequest } from '../http/refusal.ts';
import { artifactFormats } from '../world/artifact-type.ts';
import type {
  ArtifactSpec,
  CacheSpec,
  ImageSpec,
  JobSpec,
  RetrySpec,
  ServiceSpec,
  VariableSpec,
} from './wire-job-spec.ts';

type Check = (value: Json) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isObject: Check = (value) => isJsonObject(value);
const isScalar: Check = (value) => isString(value) || isNumber(value) || isBoolean(value);
const isStringOrNumber: Check = (value) => isString(value) || isNumber(value);
const isStrings: Check = (value) => Array.isArray(value) && value.flat().every(isString);
const isNumbers: Check = (value) => Array.isArray(value) && value.every(isNumber);
const isLines: Check = (value) => isString(value) || isStrings(value);
const isCodes: Check = (value) => isNumber(value) || isNumbers(value);
const isWhen = oneOf('on_success', 'on_failure', 'always');
const isExpiry: Check = (value) =>
  typeof value === 'string' && (value === 'never' || parseDuration(value) !== undefined);

function oneOf(...words: readonly string[]): Check {
  return (value) => typeof value === 'string' && words.includes(value);
}

function oneOrMany(check: Check): Check {
  return (value) => (Array.isArray(value) ? value.every(check) : check(value));
}

function mapOf(check: Check): Check {
  return (value) =>
    isJsonObject(value) && Object.values(value).every((one) => one === undefined || check(one));
}

/** A mapping with no keys but these, each of its kind: a key mistyped would else do nothing. */
function shape<T>(
  checks: Readonly<Record<keyof T & string, Check>>,
  ...needed: readonly (keyof T & string)[]
): Check {
  const known = new Map<string, Check>(Object.entries(checks));
  return (value) =>
    isJsonObject(value) &&
    needed.every((key) => key in value) &&
    Object.entries(value).every(([key, one]) => known.get(key)?.(one ?? null) === true);
}

const isVariable = shape<VariableSpec>(
  { value: isScalar, masked: isBoolean, public: isBoolean, file: isBoolean, raw: isBoolean },
  'value',
);
const isArtifact = shape<ArtifactSpec>({
  name: isString,
  paths: isLines,
  exclude: isLines,
  untracked: isBoolean,
  when: isWhen,
  expire_in: isExpiry,
  artifact_type: isString,
  artifact_format: oneOf(...artifactFormats),
  access: oneOf('all', 'developer', 'maintainer', 'none'),
  public: isBoolean,
});
const isCacheKey = shape<{ files: unknown; prefix?: unknown }>(
  { files: isStrings, prefix: isString },
  'files',
);
const isCache = shape<CacheSpec>({
  key: (value) => isString(value) || isCacheKey(value),
  paths: isLines,
  untracked: isBoolean,
  unprotect: isBoolean,
  when: isWhen,
  policy: isString,
  fallback_keys: isStrings,
});
const image: Readonly<Record<keyof ImageSpec, Check>> = {
  name: isString,
  entrypoint: isLines,
  ports: Array.isArray,
  pull_policy: isLines,
  docker: isObject,
  kubernetes: isObject,
};
const isImage = shape<ImageSpec>(image, 'name');
const isService = shape<ServiceSpec>(
  { ...image, alias: isString, command: isLines, variables: mapOf(isScalar) },
  'name',
);
const isRetry = shape<RetrySpec>({ max: isNumber, when: isLines, exit_codes: isCodes });
const isAllowance = shape<{ exit_codes: unknown }>({ exit_codes: isCodes }, 'exit_codes');
const isHooks = shape<{ pre_get_sources_script: unknown }>({ pre_get_sources_script: isLines });
const isPart = shape<{ index: unknown; total: unknown }>(
  { index: isNumber, total: isNumber },
  'index',
  'total',
);

const checks: Readonly<Record<keyof JobSpec, Check>> = {
  name: isString,
  stage: isString,
  stage_idx: isNumber,
  before_script: isLines,
  script: isLines,
  after_script: isLines,
  variables: mapOf((value) => isScalar(value) || isVariable(value)),
  artifacts: oneOrMany(isArtifact),
  dependencies: isNumbers,
  cache: oneOrMany(isCache),
  timeout: isStringOrNumber,
  tags: isStrings,
  allow_failure: (value) => isBoolean(value) || isAllowance(value),
  image: (value) => isString(value) || isImage(value),
  services: (value) =>
    Array.isArray(value) && value.every((one) => isString(one) || isService(one)),
  hooks: isHooks,
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
  when: oneOf('on_success', 'on_failure', 'always', 'manual', 'delayed'),
  start_in: isString,
  retry: (value) => isNumber(value) || isRetry(value),
  environment: isObject,
  parallel: isPart,
  count: (value) => typeof value === 'number' && Number.isInteger(value) && value > 0,
  payload: isObject,
};

/** Of these, null counts as left out inside, too; elsewhere it may be a value. */
const structured: readonly string[] = ['artifacts', 'cache', 'image', 'services'];

/** Takes a job that came over HTTP; null counts as left out. @throws where a key is unknown or of the wrong kind. */
export function parseJobSpec(body: JsonObject): JobSpec {
  const spec: Record<string, Json> = {};
  for (const [key, given] of Object.entries(body)) {
    if (given === undefined || given === null) continue;
    const check = Object.hasOwn(checks, key) ? checks[key as keyof JobSpec] : undefined;
    if (check === undefined) throw badRequest(`a job has no ${key}`);
    const value = structured.includes(key) ? withoutNulls(given) : given;
    if (!check(value)) throw badRequest(`a job's ${key} cannot be ${JSON.stringify(value)}`);
    spec[key] = value;
  }
  return spec;
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept: Record<string, Json> = {};
  for (const [key, one] of Object.entries(value)) {
    if (one !== undefined && one !== null) kept[key] = withoutNulls(one);
  }
  return kept;
}
