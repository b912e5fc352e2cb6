import { toTimestamp } from '../clock.ts';
import type { Call } from '../http/call.ts';
import { forbidden, invalidModel, refused } from '../http/refusal.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Namespace } from '../world/namespace.ts';
import type { Project } from '../world/project.ts';
import type { Runner } from '../world/runner.ts';
import type { NewRunner } from '../world/runners.ts';
import type { World } from '../world/world.ts';
import { givenAttributes, newRunnerAttributes, validateAttributes } from './runner-attributes.ts';

const GITLAB_RUNNER_LIMIT = 1000;
/** A runner that has not been heard of for so long does not count. */
const RECENT_MS = 7 * 24 * 60 * 60 * 1000;

type Place = Pick<NewRunner, 'type' | 'group' | 'project'>;

/** `POST /runners`: the old way, by a registration token. */
export function registerRunner(world: World, call: Call): Reply {
  const { parameters } = call;
  const token = parameters.required('token');
  const name = parameters.object('info')?.string('name');
  const given = givenAttributes(parameters);
  const attributes = newRunnerAttributes({ ...given, ...(name === undefined ? {} : { name }) });
  const place = placeOf(world, token);
  validateAttributes(attributes);
  requireRoom(world, place);
  const runner = world.runners.add({ ...place, attributes, registered: true });
  return json(201, credentialsOf(runner));
}

/** What a runner needs to know of itself. */
export function credentialsOf(runner: Runner): Record<string, unknown> {
  return {
    id: runner.id,
    token: runner.token,
    token_expires_at: toTimestamp(runner.tokenExpiresAt),
  };
}

/** Where a registration token registers: the instance, a group or a project. */
function placeOf(world: World, token: string): Place {
  if (!world.settings.allow_runner_registration_token && token.trim() !== '') {
    throw refused(410, '410 Gone - runner registration disallowed');
  }
  if (token === world.registrationToken) return { type: 'instance_type' };
  const owner = world.projects.byRunnersToken(token);
  if (owner === undefined || token === '') throw forbidden('invalid token supplied');
  return isProject(owner)
    ? { type: 'project_type', project: owner }
    : { type: 'group_type', group: owner };
}

function isProject(owner: Project | Namespace): owner is Project {
  return 'namespace' in owner;
}

/** Projects and groups may have so many runners that are in use. */
export function requireRoom(world: World, place: Place): void {
  const limit = world.settings.runner_limit ?? GITLAB_RUNNER_LIMIT;
  const rivals = world.runners
    .all()
    .filter((runner) => isRecent(runner, world) && sharesPlace(runner, place));
  if (place.type === 'instance_type' || rivals.length < limit) return;
  const [key, kind] =
    place.type === 'project_type'
      ? ['runner_projects.base', 'project']
      : ['runner_namespaces.base', 'group'];
  throw invalidModel({
    [key]: [`Maximum number of ci registered ${kind} runners (${limit}) exceeded`],
  });
}

function isRecent(runner: Runner, { clock }: World): boolean {
  return (runner.contactedAt ?? runner.createdAt) > clock.now() - RECENT_MS;
}

function sharesPlace(runner: Runner, { group, project }: Place): boolean {
  if (project !== undefined) return runner.projects.includes(project);
  return group !== undefined && runner.group === group;
}
