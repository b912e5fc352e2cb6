import { givenAttributes, validateAttributes } from '../api/runner-attributes.ts';
import type { Call } from '../http/call.ts';
import type { Json, Parameters } from '../http/parameters.ts';
import { invalidParameter } from '../http/refusal.ts';
import { json, type Reply } from '../http/reply.ts';
import type { RunnerAttributes } from '../world/runner.ts';
import type { World } from '../world/world.ts';
import { requestOfRunner, requireAccess } from './find-runner.ts';
import { mayUpdate } from './runner-access.ts';
import { runnerDetailsEntity } from './runner-entity.ts';

const changeable = [
  'description',
  'active',
  'paused',
  'tag_list',
  'run_untagged',
  'locked',
  'access_level',
  'maximum_timeout',
  'maintenance_note',
];

/** What a null, or nothing between the quotes, takes away. */
const removable = {
  description: 'description',
  maximum_timeout: 'maximumTimeoutS',
  maintenance_note: 'maintenanceNote',
} as const;

/** `PUT /runners/:id`: pauses it, among others; its queue is told. */
export function updateRunner(world: World, call: Call): Reply {
  const request = requestOfRunner(world, call);
  const changes = parseChanges(call.parameters);
  const runner = request.runner();
  requireAccess(mayUpdate(request.user, runner));
  validateAttributes({ ...runner.attributes, ...changes });
  Object.assign(runner.attributes, changes);
  runner.updatedAt = world.clock.now();
  runner.tick();
  const view = { user: request.user, includeProjects: false };
  return json(200, runnerDetailsEntity(world, runner, view));
}

function parseChanges(parameters: Parameters): Partial<RunnerAttributes> {
  const changes = { ...removedAttributes(parameters), ...givenAttributes(parameters) };
  if (!changeable.some((key) => parameters.has(key))) {
    throw invalidParameter(
      `${changeable.join(', ')} are missing, at least one parameter must be provided`,
    );
  }
  return changes;
}

function removedAttributes(parameters: Parameters): Partial<RunnerAttributes> {
  const removed = Object.entries(removable).filter(([key]) => isEmpty(parameters.raw(key)));
  return Object.fromEntries(removed.map(([, attribute]) => [attribute, undefined]));
}

function isEmpty(value: Json | undefined): boolean {
  return value === null || value === '';
}
