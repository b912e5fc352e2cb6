import {
  lineage,
  MAINTAINER,
  OWNER,
  type AccessLevel,
  type Namespace,
} from '../world/namespace.ts';
import type { Project } from '../world/project.ts';
import type { Runner } from '../world/runner.ts';
import type { User } from '../world/user.ts';
import { projectsOf } from './runner-access.ts';

/**
 * Whether a runner is among those of the user's own projects and groups. An administrator's rights
 * do not count: `GET /runners` lists for them, too, only what they are a member of.
 */
export function isAvailableTo(user: User, runner: Runner): boolean {
  switch (runner.type) {
    case 'instance_type':
      return false;
    case 'group_type':
      return runner.group !== undefined && levelInNamespace(user, runner.group) >= OWNER;
    case 'project_type':
      return projectsOf(runner).some((project) => levelInProject(user, project) >= MAINTAINER);
  }
}

function levelInNamespace(user: User, namespace: Namespace): AccessLevel {
  return Math.max(0, ...lineage(namespace).map(({ members }) => members.get(user.id) ?? 0));
}

function levelInProject(user: User, project: Project): AccessLevel {
  return Math.max(project.members.get(user.id) ?? 0, levelInNamespace(user, project.namespace));
}
