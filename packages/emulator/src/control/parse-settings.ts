import type { Json, JsonObject } from '../http/parameters.ts';
import { badRequest } from '../http/refusal.ts';
import { defaultSettings, type Settings } from '../settings.ts';

type Check = (value: Json) => boolean;

const isBoolean: Check = (value) => typeof value === 'boolean';
const isAmount: Check = (value) => typeof value === 'number' && value >= 0;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const checks: Readonly<Record<keyof Settings, Check>> = {
  update_interval_s: isAmount,
  long_poll_s: isAmount,
  max_trace_bytes: isAmount,
  max_artifact_bytes: isAmount,
  two_phase: isBoolean,
  flush_delay_s: isAmount,
  trace_flush: (value) => value === 'auto' || value === 'manual',
  trace_content_type_required: isBoolean,
  live_trace: isBoolean,
  allow_runner_registration_token: isBoolean,
  runner_token_expiration_interval_s: orNull(isAmount),
  default_artifacts_expire_in: (value) => typeof value === 'string',
  registry: orNull((value) => typeof value === 'string' || typeof value === 'boolean'),
  object_storage: isBoolean,
  runner_limit: orNull(isAmount),
  allow_local_requests: isBoolean,
  artifacts_enabled: isBoolean,
};

/** Takes settings that came over HTTP. @throws where one is unknown or of the wrong kind. */
export function parseSettings(body: JsonObject): Partial<Settings> {
  for (const [key, value] of Object.entries(body)) {
    const check = Object.hasOwn(checks, key) ? checks[key as keyof Settings] : undefined;
    if (check === undefined) throw badRequest(`there is no setting ${key}`);
    if (value === undefined || !check(value)) {
      throw badRequest(`${key} cannot be ${JSON.stringify(value)}`);
    }
  }
  return { ...body, ...registryOf(body['registry']) };
}

/** A registry may be switched on and off, too. */
function registryOf(value: Json | undefined): Partial<Settings> {
  if (value === true) return { registry: defaultSettings.registry };
  return value === false || value === '' ? { registry: null } : {};
}
