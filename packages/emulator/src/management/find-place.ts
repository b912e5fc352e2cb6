import type { Call } from '../http/call.ts';
import { forbidden, notFound } from '../http/refusal.ts';
import { accessToNamespace, type AccessLevel, type Namespace } from '../world/namespace.ts';
import { accessToProject, type Project } from '../world/project.ts';
import type { User } from '../world/user.ts';
import type { World } from '../world/world.ts';

/** The project of a path, by number or full path; what one may not see does not exist. */
export function requireProject(
  { projects }: World,
  call: Call,
  { user, level }: { user: User; level: AccessLevel },
): Project {
  const project = projects.project(call.capture(0));
  if (project === undefined) throw notFound('Project');
  const access = accessToProject(user, project);
  if (access === 0) throw notFound('Project');
  if (access < level) throw forbidden();
  return project;
}

export function requireGroup(
  { projects }: World,
  call: Call,
  { user, level }: { user: User; level: AccessLevel },
): Namespace {
  const group = projects.group(call.capture(0));
  if (group === undefined) throw notFound('Group');
  const access = accessToNamespace(user, group);
  if (access === 0) throw notFound('Group');
  if (access < level) throw forbidden();
  return group;
}
