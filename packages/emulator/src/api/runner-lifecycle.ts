import { toTimestamp } from '../clock.ts';
import type { Call } from '../http/call.ts';
import { forbidden, refused } from '../http/refusal.ts';
import { json, noContent, type Reply } from '../http/reply.ts';
import type { World } from '../world/world.ts';
import { authenticateRunner } from './authenticate-runner.ts';
import { credentialsOf } from './register-runner.ts';
import { requireUnmodified } from './require-unmodified.ts';
import { contactOf } from './runner-info.ts';

/** `POST /runners/verify`: whether a token is good; the process behind it is noted. */
export function verifyRunner(world: World, call: Call): Reply {
  const runner = authenticateRunner(world, call);
  world.runners.heartbeat(runner, contactOf(call.parameters));
  return json(200, credentialsOf(runner));
}

/** `POST /runners/reset_authentication_token`: a new token; the old one is void at once. */
export function resetAuthenticationToken(world: World, call: Call): Reply {
  const runner = authenticateRunner(world, call);
  world.runners.resetToken(runner);
  return json(201, { token: runner.token, token_expires_at: toTimestamp(runner.tokenExpiresAt) });
}

/** `DELETE /runners`, by the runner's own token. */
export function deleteRunner(world: World, call: Call): Reply {
  const runner = authenticateRunner(world, call);
  requireUnmodified(call, runner.updatedAt);
  world.runners.delete(runner);
  return noContent();
}

/** `DELETE /runners/managers`: one process less; without any left, nobody has been heard of. */
export function deleteRunnerManager(world: World, call: Call): Reply {
  const systemId = call.parameters.required('system_id');
  const runner = authenticateRunner(world, call);
  if (!runner.managers.delete(systemId))
    throw refused(404, '404 Runner manager not found Not Found');
  if (runner.managers.size === 0) runner.contactedAt = undefined;
  return noContent();
}

/** `GET /runners/router/discovery`: there is no job router here. */
export function discoverJobRouter(world: World, call: Call): Reply {
  const token = call.header('runner-token');
  if (token === undefined || world.runners.authenticate(token) === undefined) throw forbidden();
  throw refused(501, 'Job Router is not available. Please contact your administrator.');
}
