import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isJsonObject, toText, type Json, type JsonObject } from '../http/parameters.ts';
import { badRequest } from '../http/refusal.ts';
import type { FaultSpec } from './wire-fault.ts';

type Check = (value: Json) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isAmount: Check = (value) => typeof value === 'number' && value >= 0;

const checks: Readonly<Record<keyof FaultSpec, Check>> = {
  method: isString,
  path: isPattern,
  times: isAmount,
  probability: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  status: (value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599,
  headers: isHeaders,
  body: () => true,
  delay_ms: isAmount,
  reset: isBoolean,
  drop_after: isBoolean,
};

function isPattern(value: Json): boolean {
  try {
    return typeof value === 'string' && new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Headers that can be sent: one that cannot would end the emulator when the fault strikes. */
function isHeaders(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  try {
    for (const [name, text] of Object.entries(value)) {
      validateHeaderName(name);
      validateHeaderValue(name, toText(text ?? ''));
    }
    return true;
  } catch {
    return false;
  }
}

/** Takes a fault that came over HTTP. @throws where a key is unknown or of the wrong kind. */
export function parseFault(body: JsonObject): FaultSpec {
  for (const [key, value] of Object.entries(body)) {
    const check = Object.hasOwn(checks, key) ? checks[key as keyof FaultSpec] : undefined;
    if (check === undefined) throw badRequest(`a fault has no ${key}`);
    if (value === undefined || !check(value)) {
      throw badRequest(`a fault's ${key} cannot be ${JSON.stringify(value)}`);
    }
  }
  const headers = Object.entries((body['headers'] ?? {}) as JsonObject);
  const strings = Object.fromEntries(headers.map(([name, value]) => [name, toText(value ?? '')]));
  return { ...body, ...(headers.length > 0 ? { headers: strings } : {}) };
}
