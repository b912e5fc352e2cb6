import { authenticateUser } from '../api/authenticate-user.ts';
import { credentialsOf, requireRoom } from '../api/register-runner.ts';
import {
  givenAttributes,
  newRunnerAttributes,
  validateAttributes,
} from '../api/runner-attributes.ts';
import type { Call } from '../http/call.ts';
import type { Parameters } from '../http/parameters.ts';
import { badRequest, forbidden, invalidParameter } from '../http/refusal.ts';
import { json, type Reply } from '../http/reply.ts';
import { accessToNamespace, OWNER, type Namespace } from '../world/namespace.ts';
import type { Project } from '../world/project.ts';
import type { User } from '../world/user.ts';
import type { World } from '../world/world.ts';
import { explainInvalidModel } from './model-errors.ts';
import { maintains } from './runner-access.ts';

const types = ['instance_type', 'group_type', 'project_type'] as const;

type Place =
  | { readonly type: 'instance_type' }
  | { readonly type: 'group_type'; readonly group: Namespace }
  | { readonly type: 'project_type'; readonly project: Project };

/** `POST /user/runners`: a runner with a token of its own, that nobody has to register. */
export function createRunner(world: World, call: Call): Reply {
  const user = authenticateUser(world, call, 'create_runner');
  const { parameters } = call;
  const findPlace = parsePlace(world, parameters);
  const attributes = newRunnerAttributes(givenAttributes(parameters));
  const place = findPlace();
  if (!mayCreate(user, place)) throw forbidden('Insufficient permissions');
  explainInvalidModel(() => {
    validateAttributes(attributes);
    requireRoom(world, place);
  }, badRequest);
  const runner = world.runners.add({ ...place, attributes, registered: false, creator: user });
  return json(201, credentialsOf(runner));
}

/** Judges the parameters at once; whether the place exists is asked later, as GitLab does. */
function parsePlace(world: World, parameters: Parameters): () => Place {
  if (!parameters.has('runner_type')) {
    throw invalidParameter('runner_type is missing, runner_type does not have a valid value');
  }
  const type = parameters.oneOf('runner_type', types);
  switch (type) {
    case 'group_type': {
      const id = requiredInteger(parameters, 'group_id');
      return () => ({ type, group: existing(world.projects.group(id), 'group') });
    }
    case 'project_type': {
      const id = requiredInteger(parameters, 'project_id');
      return () => ({ type, project: existing(world.projects.project(id), 'project') });
    }
    case 'instance_type':
      return () => ({ type });
    case undefined:
      throw invalidParameter('runner_type does not have a valid value');
  }
}

function requiredInteger(parameters: Parameters, key: string): number {
  const value = parameters.integer(key);
  if (value === undefined) throw invalidParameter(`${key} is missing`);
  return value;
}

function existing<T>(place: T | undefined, kind: string): T {
  if (place === undefined) throw badRequest(`Missing/invalid ${kind}`);
  return place;
}

function mayCreate(user: User, place: Place): boolean {
  switch (place.type) {
    case 'instance_type':
      return user.admin;
    case 'group_type':
      return accessToNamespace(user, place.group) >= OWNER;
    case 'project_type':
      return maintains(user, place.project);
  }
}
