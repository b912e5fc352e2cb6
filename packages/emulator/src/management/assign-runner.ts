import { authenticateUser } from '../api/authenticate-user.ts';
import { requireRoom } from '../api/register-runner.ts';
import type { Call } from '../http/call.ts';
import { forbidden, invalidParameter, notFound, refused } from '../http/refusal.ts';
import { json, noContent, type Reply } from '../http/reply.ts';
import { MAINTAINER } from '../world/namespace.ts';
import type { Project } from '../world/project.ts';
import type { Runner } from '../world/runner.ts';
import type { User } from '../world/user.ts';
import type { World } from '../world/world.ts';
import { requireProject } from './find-place.ts';
import { findRunner, parseId, requireAccess } from './find-runner.ts';
import { explainInvalidModel } from './model-errors.ts';
import { mayUpdate, projectsOf } from './runner-access.ts';
import { runnerEntities } from './runner-entity.ts';

/** `POST /projects/:id/runners`: the runner takes this project's jobs, too. */
export function enableRunner(world: World, call: Call): Reply {
  const user = authenticateUser(world, call);
  const project = requireProject(world, call, { user, level: MAINTAINER });
  const id = call.parameters.integer('runner_id');
  if (id === undefined) throw invalidParameter('runner_id is missing');
  const runner = findRunner(world, id);
  requireAssignable(runner, user);
  assign(world, runner, project);
  return json(201, runnerEntities(world, [runner])[0]);
}

/** `DELETE /projects/:id/runners/:runner_id`: the owner project keeps its runner. */
export function disableRunner(world: World, call: Call): Reply {
  const user = authenticateUser(world, call);
  const project = requireProject(world, call, { user, level: MAINTAINER });
  const runner = world.runners.get(parseId('runner_id', call.capture(1)));
  if (runner === undefined || !projectsOf(runner).includes(project)) throw notFound('Runner');
  requireUnassignable(runner, project, user);
  runner.projects.splice(runner.projects.indexOf(project), 1);
  runner.tick();
  return noContent();
}

function requireAssignable(runner: Runner, user: User): void {
  if (runner.type === 'group_type') throw forbidden('Runner is a group runner');
  if (user.admin) return;
  if (runner.attributes.locked) throw forbidden('Runner is locked');
  requireAccess(mayUpdate(user, runner));
}

function requireUnassignable(runner: Runner, project: Project, user: User): void {
  const owned = projectsOf(runner)[0] === project;
  if (user.admin && owned) {
    throw forbidden(
      'You cannot unassign a runner from the owner project. Delete the runner instead',
    );
  }
  if (user.admin) return;
  if (runner.attributes.locked) throw forbidden('Runner is locked');
  requireAccess(!owned);
}

function assign(world: World, runner: Runner, project: Project): void {
  // GitLab raises here: an instance runner cannot become a project's.
  if (runner.type !== 'project_type') throw refused(500, '500 Internal Server Error');
  if (runner.projects.includes(project)) {
    throw unassigned('Runner projects runner has already been taken');
  }
  explainInvalidModel(() => requireRoom(world, { type: 'project_type', project }), unassigned);
  runner.projects.push(project);
  runner.tick();
}

function unassigned(problem: string): Error {
  return refused(400, `Validation failed: ${problem} - runner_error`);
}
