import { invalidArgument } from './management-error.ts';
import type {
  NewRunner,
  RunnerChanges,
  RunnerProcessInfo,
  RunnerRegistration,
} from './runner-attributes.ts';
import type { RunnerJobFilter, ScopedRunnerFilter } from './runner-filter.ts';
import { toSecret } from './secret.ts';
import { pageQuery } from './wire-page.ts';

type WireBody = Readonly<Record<string, unknown>>;

/** @throws ManagementError `CONFIG_INVALID` */
export function toRunnerQuery(filter: ScopedRunnerFilter): URLSearchParams {
  return withDefined(pageQuery(filter), {
    scope: filter.scope,
    type: filter.type,
    status: filter.status,
    paused: filter.paused,
    tag_list: filter.tags === undefined ? undefined : checkedTags(filter.tags).join(','),
    version_prefix: filter.versionPrefix,
  });
}

export function toDetailsQuery(includeProjects: boolean): URLSearchParams {
  return new URLSearchParams(includeProjects ? {} : { include_projects: 'false' });
}

/** @throws ManagementError `CONFIG_INVALID` */
export function toJobQuery(filter: RunnerJobFilter): URLSearchParams {
  const pagination = filter.pagination ?? 'keyset';
  if (pagination === 'keyset' && filter.page !== undefined) {
    throw invalidArgument('`page` needs `pagination: "offset"`; a keyset is followed by cursor.');
  }
  return withDefined(pageQuery(filter), {
    status: filter.status,
    system_id: filter.systemId,
    // Without it pages have no order at GitLab, and a job may be in two of them.
    order_by: 'id',
    sort: filter.sort ?? 'desc',
    pagination: pagination === 'keyset' ? pagination : undefined,
    cursor: filter.cursor,
  });
}

/** @throws ManagementError `CONFIG_INVALID` */
export function toWireNewRunner(runner: NewRunner): WireBody {
  return {
    runner_type: runner.type,
    ...('groupId' in runner ? { group_id: runner.groupId } : {}),
    ...('projectId' in runner ? { project_id: runner.projectId } : {}),
    ...toWireChanges(runner),
  };
}

/** @throws ManagementError `CONFIG_INVALID` */
export function toWireRegistration(registration: RunnerRegistration): WireBody {
  const { registrationToken, info } = registration;
  return {
    token: toSecret(registrationToken).reveal(),
    ...(info === undefined ? {} : { info }),
    ...toWireChanges(registration),
  };
}

export function toWireAssignment(runnerId: number): WireBody {
  return { runner_id: runnerId };
}

/** One process of a runner, as it names itself. */
export function toWireManager(process: {
  readonly systemId?: string;
  readonly info?: RunnerProcessInfo;
}): WireBody {
  return definedOf({ system_id: process.systemId, info: process.info });
}

/** What is undefined is left out; null is sent, and takes away. @throws ManagementError `CONFIG_INVALID` */
export function toWireChanges(changes: RunnerChanges): WireBody {
  if (changes.active !== undefined && changes.paused !== undefined) {
    throw invalidArgument('`active` is the opposite of `paused`; give one of them.');
  }
  return definedOf({
    description: changes.description,
    paused: changes.paused,
    active: changes.active,
    locked: changes.locked,
    access_level: changes.accessLevel,
    run_untagged: changes.runUntagged,
    tag_list: changes.tags === undefined ? undefined : checkedTags(changes.tags),
    maximum_timeout: changes.maximumTimeoutS,
    maintenance_note: changes.maintenanceNote,
  });
}

/** GitLab separates tags by commas, so that one with a comma would become two. */
function checkedTags(tags: readonly string[]): readonly string[] {
  const wrong = tags.find((tag) => tag.includes(',') || tag.trim() === '');
  if (wrong === undefined) return tags;
  throw invalidArgument(`"${wrong}" is no tag: tags are not empty and have no comma.`);
}

function definedOf(values: WireBody): WireBody {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function withDefined(
  query: URLSearchParams,
  values: Readonly<Record<string, string | boolean | undefined>>,
): URLSearchParams {
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) query.set(key, String(value));
  }
  return query;
}
