import { authenticateUser } from '../api/authenticate-user.ts';
import { toTimestamp } from '../clock.ts';
import type { Call } from '../http/call.ts';
import { forbidden } from '../http/refusal.ts';
import { json, type Reply } from '../http/reply.ts';
import { MAINTAINER, OWNER } from '../world/namespace.ts';
import { newRegistrationToken } from '../world/tokens.ts';
import type { World } from '../world/world.ts';
import { requireGroup, requireProject } from './find-place.ts';
import { requestOfRunner, requireAccess } from './find-runner.ts';
import { mayUpdate } from './runner-access.ts';

/** `POST /runners/:id/reset_authentication_token`: the old token is void at once. */
export function resetRunnerToken(world: World, call: Call): Reply {
  const request = requestOfRunner(world, call);
  const runner = request.runner();
  requireAccess(mayUpdate(request.user, runner));
  world.runners.resetToken(runner);
  return json(201, { token: runner.token, token_expires_at: toTimestamp(runner.tokenExpiresAt) });
}

/** `POST /runners/reset_registration_token`, for administrators. */
export function resetInstanceRegistrationToken(world: World, call: Call): Reply {
  if (!authenticateUser(world, call).admin) throw forbidden();
  world.registrationToken = newRegistrationToken();
  return json(201, { token: world.registrationToken });
}

/** `POST /projects/:id/runners/reset_registration_token`. */
export function resetProjectRegistrationToken(world: World, call: Call): Reply {
  const user = authenticateUser(world, call);
  const project = requireProject(world, call, { user, level: MAINTAINER });
  project.runnersToken = newRegistrationToken();
  return json(201, { token: project.runnersToken });
}

/** `POST /groups/:id/runners/reset_registration_token`. */
export function resetGroupRegistrationToken(world: World, call: Call): Reply {
  const user = authenticateUser(world, call);
  const group = requireGroup(world, call, { user, level: OWNER });
  group.runnersToken = newRegistrationToken();
  return json(201, { token: group.runnersToken });
}
