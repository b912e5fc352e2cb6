import { authenticateUser } from '../api/authenticate-user.ts';
import type { Call } from '../http/call.ts';
import { forbidden } from '../http/refusal.ts';
import type { Reply } from '../http/reply.ts';
import { lineage, MAINTAINER } from '../world/namespace.ts';
import type { Runner } from '../world/runner.ts';
import type { World } from '../world/world.ts';
import { parseFilter, type ScopeRule } from './filter-runners.ts';
import { requireGroup, requireProject } from './find-place.ts';
import { isAvailableTo } from './membership.ts';
import { offsetPage } from './offset-page.ts';
import { projectsOf } from './runner-access.ts';
import { runnerEntities } from './runner-entity.ts';

/** `GET /runners`: those of one's own projects and groups. */
export function listAvailableRunners(world: World, call: Call): Reply {
  const user = authenticateUser(world, call);
  return runnersPage(world, call, 'statuses', (runner) => isAvailableTo(user, runner));
}

/** `GET /runners/all`, for administrators. */
export function listAllRunners(world: World, call: Call): Reply {
  const user = authenticateUser(world, call);
  // Grape judges parameters before the endpoint asks who may.
  parseFilter(call.parameters, 'any');
  if (!user.admin) throw forbidden();
  return runnersPage(world, call, 'any', () => true);
}

/** `GET /projects/:id/runners`: all that may take the project's jobs. */
export function listProjectRunners(world: World, call: Call): Reply {
  const user = authenticateUser(world, call);
  const project = requireProject(world, call, { user, level: MAINTAINER });
  const groups = project.groupRunnersEnabled ? lineage(project.namespace) : [];
  return runnersPage(world, call, 'any', (runner) =>
    runner.type === 'instance_type'
      ? project.sharedRunnersEnabled
      : projectsOf(runner).includes(project) || groups.some((group) => group === runner.group),
  );
}

/** `GET /groups/:id/runners`: its own, its ancestors' and the instance's. */
export function listGroupRunners(world: World, call: Call): Reply {
  const user = authenticateUser(world, call);
  const groups = lineage(requireGroup(world, call, { user, level: MAINTAINER }));
  return runnersPage(
    world,
    call,
    'none',
    (runner) => runner.type === 'instance_type' || groups.some((group) => group === runner.group),
  );
}

function runnersPage(
  world: World,
  call: Call,
  scopeRule: ScopeRule,
  belongs: (runner: Runner) => boolean,
): Reply {
  const matches = parseFilter(call.parameters, scopeRule);
  const now = world.clock.now();
  const items = world.runners.all().filter((runner) => belongs(runner) && matches(runner, now));
  return offsetPage(world, call, { items, present: (page) => runnerEntities(world, page) });
}
