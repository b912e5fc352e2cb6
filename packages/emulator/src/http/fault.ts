import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { FaultSpec } from '../control/wire-fault.ts';
import { bytes, json, noContent, type Reply } from './reply.ts';

/** What befalls one request. */
export interface Affliction {
  readonly delayMs: number;
  readonly end: 'work' | 'reset' | 'drop-after' | { readonly reply: Reply };
}

interface Fault {
  readonly spec: FaultSpec;
  readonly path: RegExp | undefined;
  left: number;
}

/** The faults that are set, tried in the order in which they were added. */
export class Faults {
  #faults: Fault[] = [];
  readonly #random: () => number;
  #struck = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** How many requests have met one. */
  get struck(): number {
    return this.#struck;
  }

  /** @throws where the path is no regular expression, or a header cannot be sent. */
  add(spec: FaultSpec): void {
    for (const [name, value] of Object.entries(spec.headers ?? {})) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    const path = spec.path === undefined ? undefined : new RegExp(spec.path);
    this.#faults.push({ spec, path, left: spec.times ?? Infinity });
  }

  clear(): void {
    this.#faults = [];
  }

  list(): (FaultSpec & { readonly left: number | null })[] {
    return this.#faults.map(({ spec, left }) => ({
      ...spec,
      left: left === Infinity ? null : left,
    }));
  }

  /** Delays add up; the first fault that ends a request is the last one that is looked at. */
  meet(method: string, path: string, query: string): Affliction | undefined {
    if (this.#faults.length === 0) return undefined;
    const affliction = this.#afflict(method, path, query);
    if (affliction !== undefined) this.#struck += 1;
    return affliction;
  }

  #afflict(method: string, path: string, query: string): Affliction | undefined {
    let delayMs = 0;
    let met = false;
    for (const fault of this.#faults) {
      if (!matches(fault, method, path, query) || !this.#strikes(fault)) continue;
      met = true;
      delayMs += fault.spec.delay_ms ?? 0;
      const end = endOf(fault.spec);
      if (end !== 'work') return { delayMs, end };
    }
    return met ? { delayMs, end: 'work' } : undefined;
  }

  #strikes(fault: Fault): boolean {
    if (fault.left <= 0) return false;
    if (fault.spec.probability !== undefined && this.#random() >= fault.spec.probability)
      return false;
    fault.left -= 1;
    return true;
  }
}

function matches(
  { spec, path: pattern }: Fault,
  method: string,
  path: string,
  query: string,
): boolean {
  if (spec.method !== undefined && spec.method.toUpperCase() !== method) return false;
  if (pattern === undefined) return true;
  return pattern.test(path) || (query !== '' && pattern.test(`${path}?${query}`));
}

function endOf(spec: FaultSpec): Affliction['end'] {
  if (spec.reset === true) return 'reset';
  if (spec.drop_after === true) return 'drop-after';
  if (spec.status === undefined) return 'work';
  return { reply: faultReply(spec.status, spec.headers ?? {}, spec.body) };
}

function faultReply(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Reply {
  if (status === 204 || status === 304) return { ...noContent({ ...headers }), status };
  if (typeof body === 'string')
    return bytes(status, body, { 'Content-Type': 'text/plain', ...headers });
  return json(status, body ?? usualBody(status), { ...headers });
}

const tooManyRequests = {
  message: { error: 'This endpoint has been requested too many times. Try again later.' },
};

const messages: Readonly<Record<number, string>> = {
  400: '400 Bad request',
  401: '401 Unauthorized',
  403: '403 Forbidden',
  404: '404 Not Found',
  409: '409 Conflict: Resource lock',
  412: '412 Precondition Failed',
  413: '413 Request Entity Too Large',
  500: '500 Internal Server Error',
  502: 'GitLab is not responding',
  503: '503 Service Unavailable',
  504: '504 Gateway Timeout',
};

function usualBody(status: number): unknown {
  if (status === 429) return tooManyRequests;
  return { message: messages[status] ?? String(status) };
}
