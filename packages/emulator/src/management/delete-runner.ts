import { requireUnmodified } from '../api/require-unmodified.ts';
import type { Call } from '../http/call.ts';
import { forbidden } from '../http/refusal.ts';
import { noContent, type Reply } from '../http/reply.ts';
import type { World } from '../world/world.ts';
import { requestOfRunner, requireAccess } from './find-runner.ts';
import { isShared, mayAdminister } from './runner-access.ts';

/** `DELETE /runners/:id`; only administrators delete a runner of several projects. */
export function deleteRunnerById(world: World, call: Call): Reply {
  const request = requestOfRunner(world, call);
  const runner = request.runner();
  if (!request.user.admin && isShared(runner)) {
    throw forbidden('Runner associated with more than one project');
  }
  requireAccess(mayAdminister(request.user, runner));
  requireUnmodified(call, runner.updatedAt);
  world.runners.delete(runner);
  return noContent();
}
