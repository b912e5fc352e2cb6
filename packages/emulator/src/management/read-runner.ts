import type { Call } from '../http/call.ts';
import { json, type Reply } from '../http/reply.ts';
import { accessToProject } from '../world/project.ts';
import type { World } from '../world/world.ts';
import { requestOfRunner, requireAccess } from './find-runner.ts';
import { offsetPage } from './offset-page.ts';
import { basicProjectEntity } from './place-entity.ts';
import { mayRead, projectsOf } from './runner-access.ts';
import { managerEntities, runnerDetailsEntity } from './runner-entity.ts';

/** `GET /runners/:id`. */
export function getRunner(world: World, call: Call): Reply {
  const request = requestOfRunner(world, call);
  const { user } = request;
  const includeProjects = call.parameters.boolean('include_projects') ?? true;
  const runner = request.runner();
  requireAccess(mayRead(world, user, runner));
  return json(200, runnerDetailsEntity(world, runner, { user, includeProjects }));
}

/** `GET /runners/:id/managers`: all of them, without pages. */
export function listManagers(world: World, call: Call): Reply {
  const request = requestOfRunner(world, call);
  const runner = request.runner();
  requireAccess(mayRead(world, request.user, runner));
  return json(200, managerEntities(world, runner));
}

/** `GET /runners/:id/projects`: those of them that one may see. */
export function listProjectsOfRunner(world: World, call: Call): Reply {
  const request = requestOfRunner(world, call);
  const runner = request.runner();
  requireAccess(mayRead(world, request.user, runner));
  return offsetPage(world, call, {
    items: projectsOf(runner).filter((project) => accessToProject(request.user, project) > 0),
    present: (page) => page.map((project) => basicProjectEntity(project, world.url)),
  });
}
