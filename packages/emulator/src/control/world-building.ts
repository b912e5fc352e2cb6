import type { Call } from '../http/call.ts';
import { Parameters } from '../http/parameters.ts';
import { badRequest, notFound } from '../http/refusal.ts';
import { json, noContent, type Reply } from '../http/reply.ts';
import type { Namespace } from '../world/namespace.ts';
import type { Scope } from '../world/user.ts';
import type { World } from '../world/world.ts';
import { bodyOf } from './jobs.ts';

const scopes: readonly Scope[] = [
  'api',
  'read_api',
  'create_runner',
  'manage_runner',
  'read_user',
  'read_repository',
];

/** What came, where nothing in it is unknown: a key mistyped would else do nothing. */
function bodyWith(call: Call, ...keys: readonly string[]): Parameters {
  const body = bodyOf(call);
  const unknown = Object.keys(body).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw badRequest(`there is no ${unknown} here, only ${keys.join(', ')}`);
  }
  return new Parameters(body);
}

/** `POST /_emulator/users`: somebody new, with a personal access token. */
export function postUser(world: World, call: Call): Reply {
  const parameters = bodyWith(call, 'username', 'admin', 'blocked', 'scopes');
  const username = parameters.required('username');
  if (world.users.named(username) !== undefined) throw badRequest(`${username} has been taken`);
  const user = world.users.add({ username, admin: parameters.boolean('admin') ?? false });
  world.projects.addUserNamespace(user);
  if (parameters.boolean('blocked') === true) user.state = 'blocked';
  const wanted = parameters.list('scopes') ?? ['api'];
  const granted = scopes.filter((scope) => wanted.includes(scope));
  if (granted.length < wanted.length) throw badRequest(`scopes can be ${scopes.join(', ')}`);
  return json(201, { id: user.id, token: world.users.addToken(user, granted) });
}

/** `POST /_emulator/groups`. */
export function postGroup(world: World, call: Call): Reply {
  const parameters = bodyWith(call, 'path', 'parent_id');
  const parent = optionalGroup(world, parameters.integer('parent_id'));
  const path = parameters.required('path');
  requireFree(world, parent, path);
  const group = world.projects.addGroup(path, parent);
  return json(201, { id: group.id, full_path: group.fullPath, runners_token: group.runnersToken });
}

/** `POST /_emulator/projects`: in a group, or beside the default project. */
export function postProject(world: World, call: Call): Reply {
  const parameters = bodyWith(call, 'path', 'group_id', 'shared_runners_enabled', 'builds_enabled');
  const group = optionalGroup(world, parameters.integer('group_id'));
  const namespace = group ?? world.defaultProject.namespace;
  const path = parameters.required('path');
  requireFree(world, namespace, path);
  const sharedRunnersEnabled = parameters.boolean('shared_runners_enabled') ?? true;
  const project = world.projects.addProject({ path, namespace, sharedRunnersEnabled });
  project.buildsEnabled = parameters.boolean('builds_enabled') ?? true;
  const { id, fullPath, runnersToken } = project;
  return json(201, { id, path_with_namespace: fullPath, runners_token: runnersToken });
}

function requireFree(world: World, parent: Namespace | undefined, path: string): void {
  if (!/^[\w.-]+$/.test(path)) throw badRequest(`path cannot be ${JSON.stringify(path)}`);
  const fullPath = parent === undefined ? path : `${parent.fullPath}/${path}`;
  const taken = world.projects.project(fullPath) ?? world.projects.namespace(fullPath);
  if (taken !== undefined) throw badRequest(`${fullPath} has been taken`);
}

function optionalGroup(world: World, id: number | undefined): Namespace | undefined {
  if (id === undefined) return undefined;
  const group = world.projects.group(id);
  if (group === undefined) throw badRequest(`there is no group ${id}`);
  return group;
}

export function deleteProject(world: World, call: Call): Reply {
  const project = world.projects.project(call.capture(0));
  if (project === undefined) throw notFound('Project');
  world.projects.delete(project);
  return noContent();
}

export function postProjectMember(world: World, call: Call): Reply {
  const project = world.projects.project(call.capture(0));
  if (project === undefined) throw notFound('Project');
  return addMember(world, call, project.members);
}

export function postGroupMember(world: World, call: Call): Reply {
  const group = world.projects.group(call.capture(0));
  if (group === undefined) throw notFound('Group');
  return addMember(world, call, group.members);
}

function addMember(world: World, call: Call, members: Map<number, number>): Reply {
  const parameters = bodyWith(call, 'user_id', 'access_level');
  const user = world.users.get(parameters.integer('user_id') ?? 0);
  if (user === undefined) throw badRequest('user_id is nobody');
  const level = parameters.integer('access_level');
  if (level === undefined || level < 10 || level > 50) throw badRequest('access_level is 10 to 50');
  members.set(user.id, level);
  return json(201, { user_id: user.id, access_level: level });
}
