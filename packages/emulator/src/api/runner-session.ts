import type { Parameters } from '../http/parameters.ts';
import { conflict } from '../http/refusal.ts';
import type { World } from '../world/world.ts';

const local =
  /^(?:localhost|127\.|10\.|0\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::1?\]|\[f[cd])/i;

/** Where a job's terminal would be reached; undefined where the runner offers none. */
export function sessionUrlOf(parameters: Parameters): string | undefined {
  return parameters.object('session')?.string('url');
}

/** GitLab connects to no address of its own network, unless its administrator allows it. */
export function requireReachable({ settings }: World, sessionUrl: string | undefined): void {
  if (sessionUrl === undefined || settings.allow_local_requests) return;
  if (!URL.canParse(sessionUrl) || local.test(new URL(sessionUrl).hostname)) throw conflict();
}
