import { userEntity } from '../api/entities.ts';
import { toTimestamp } from '../clock.ts';
import { isExecuting } from '../world/job-status.ts';
import { accessToNamespace } from '../world/namespace.ts';
import { accessToProject } from '../world/project.ts';
import type { Runner, RunnerManager } from '../world/runner.ts';
import type { User } from '../world/user.ts';
import type { World } from '../world/world.ts';
import { basicGroupEntity, basicProjectEntity } from './place-entity.ts';
import { mayUpdate, projectsOf } from './runner-access.ts';
import { isOnline, statusOf } from './runner-status.ts';

type Entity = Record<string, unknown>;

/** The runners as lists have them, without their tokens. */
export function runnerEntities(world: World, runners: readonly Runner[]): Entity[] {
  const busy = busyOnes(world);
  return runners.map((runner) => runnerEntity(world, runner, busy));
}

function runnerEntity(world: World, runner: Runner, busy: ReadonlySet<unknown>): Entity {
  const { attributes, creator } = runner;
  const now = world.clock.now();
  return {
    id: runner.id,
    description: attributes.description ?? null,
    ip_address: null,
    active: !attributes.paused,
    paused: attributes.paused,
    is_shared: runner.type === 'instance_type',
    runner_type: runner.type,
    name: attributes.name ?? null,
    online: runner.contactedAt === undefined ? null : isOnline(runner, now),
    created_by: creator === undefined ? null : userEntity(creator, world.url),
    created_at: toTimestamp(runner.createdAt),
    status: statusOf(runner, now, attributes.paused),
    job_execution_status: busy.has(runner) ? 'active' : 'idle',
  };
}

export interface DetailsView {
  readonly user: User;
  readonly includeProjects: boolean;
}

/** A runner with what its managers say of it and, for those who may change it, its note. */
export function runnerDetailsEntity(world: World, runner: Runner, view: DetailsView): Entity {
  const { attributes } = runner;
  const info = latestManager(runner)?.info ?? {};
  return {
    ...runnerEntity(world, runner, busyOnes(world)),
    tag_list: [...attributes.tags],
    run_untagged: attributes.runUntagged,
    locked: attributes.locked,
    maximum_timeout: attributes.maximumTimeoutS ?? null,
    access_level: attributes.accessLevel,
    version: info.version ?? null,
    revision: info.revision ?? null,
    platform: info.platform ?? null,
    architecture: info.architecture ?? null,
    contacted_at: toTimestamp(runner.contactedAt),
    maintenance_note: mayUpdate(view.user, runner) ? (attributes.maintenanceNote ?? null) : null,
    ...(view.includeProjects ? { projects: visibleProjects(world, runner, view.user) } : {}),
    groups: visibleGroups(world, runner, view.user),
  };
}

/** A runner's managers: the processes that use its token. */
export function managerEntities(world: World, runner: Runner): Entity[] {
  const busy = busyOnes(world);
  return [...runner.managers.values()].map((manager) => managerEntity(world, manager, busy));
}

function managerEntity(
  { clock }: World,
  manager: RunnerManager,
  busy: ReadonlySet<unknown>,
): Entity {
  const { info } = manager;
  return {
    id: manager.id,
    system_id: manager.systemId,
    version: info.version ?? null,
    revision: info.revision ?? null,
    platform: info.platform ?? null,
    architecture: info.architecture ?? null,
    created_at: toTimestamp(manager.createdAt),
    contacted_at: toTimestamp(manager.contactedAt),
    ip_address: null,
    status: statusOf(manager, clock.now(), false),
    job_execution_status: busy.has(manager) ? 'active' : 'idle',
  };
}

function visibleProjects(world: World, runner: Runner, user: User): Entity[] {
  return projectsOf(runner)
    .filter((project) => accessToProject(user, project) > 0)
    .map((project) => basicProjectEntity(project, world.url));
}

function visibleGroups(world: World, { group }: Runner, user: User): Entity[] {
  if (group === undefined || accessToNamespace(user, group) === 0) return [];
  return [basicGroupEntity(group, world.url)];
}

function latestManager(runner: Runner): RunnerManager | undefined {
  return [...runner.managers.values()]
    .toSorted((a, b) => (a.contactedAt ?? 0) - (b.contactedAt ?? 0))
    .at(-1);
}

/** The runners and the managers that work on a job. */
function busyOnes({ jobs }: World): ReadonlySet<unknown> {
  const busy = new Set<unknown>();
  for (const job of jobs.all()) {
    if (isExecuting(job.status)) busy.add(job.runner).add(job.manager);
  }
  return busy;
}
