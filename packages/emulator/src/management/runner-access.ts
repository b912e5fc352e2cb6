import {
  accessToNamespace,
  lineage,
  MAINTAINER,
  OWNER,
  type Namespace,
} from '../world/namespace.ts';
import { accessToProject, type Project } from '../world/project.ts';
import type { Runner } from '../world/runner.ts';
import type { User } from '../world/user.ts';
import type { World } from '../world/world.ts';

/** The projects that a runner is assigned to, the owner first; deleted ones do not count. */
export function projectsOf(runner: Runner): Project[] {
  return runner.projects.filter(({ deleted }) => !deleted);
}

/** Whoever may administer what the runner belongs to: the instance, a group or its owner project. */
export function mayAdminister(user: User, runner: Runner): boolean {
  if (user.admin) return true;
  switch (runner.type) {
    case 'instance_type':
      return false;
    case 'group_type':
      return runner.group !== undefined && accessToNamespace(user, runner.group) >= OWNER;
    case 'project_type': {
      const [owner] = projectsOf(runner);
      return owner !== undefined && maintains(user, owner);
    }
  }
}

/** Instance runners are readable by everybody who has signed in. */
export function mayRead(world: World, user: User, runner: Runner): boolean {
  if (runner.type === 'instance_type' || mayAdminister(user, runner)) return true;
  if (runner.group === undefined) return maintainsAny(user, runner);
  return maintainsGroup(user, runner.group) || maintainsBelow(world, user, runner.group);
}

/** A runner of several projects may be changed, and assigned, by the maintainers of each. */
export function mayUpdate(user: User, runner: Runner): boolean {
  return mayAdminister(user, runner) || (isShared(runner) && maintainsAny(user, runner));
}

export function mayReadJobs(user: User, runner: Runner): boolean {
  if (mayUpdate(user, runner)) return true;
  return runner.group !== undefined && maintainsGroup(user, runner.group);
}

/** Whether the runner serves more than one project. */
export function isShared(runner: Runner): boolean {
  return projectsOf(runner).length > 1;
}

export function maintains(user: User, project: Project): boolean {
  return accessToProject(user, project) >= MAINTAINER;
}

function maintainsGroup(user: User, group: Namespace): boolean {
  return accessToNamespace(user, group) >= MAINTAINER;
}

function maintainsAny(user: User, runner: Runner): boolean {
  return projectsOf(runner).some((project) => maintains(user, project));
}

/** Who maintains a project that inherits the group's runners may look at them. */
function maintainsBelow({ projects }: World, user: User, group: Namespace): boolean {
  return projects
    .all()
    .some(
      (project) =>
        project.groupRunnersEnabled &&
        lineage(project.namespace).includes(group) &&
        maintains(user, project),
    );
}
