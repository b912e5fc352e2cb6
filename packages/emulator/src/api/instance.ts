import { toTimestamp } from '../clock.ts';
import type { Call } from '../http/call.ts';
import { notFound, unauthorized } from '../http/refusal.ts';
import { json, type Reply } from '../http/reply.ts';
import { serverVersion } from '../server-version.ts';
import { isExecuting } from '../world/job-status.ts';
import { accessToNamespace } from '../world/namespace.ts';
import { accessToProject } from '../world/project.ts';
import type { World } from '../world/world.ts';
import { authenticateUser } from './authenticate-user.ts';
import { groupEntity, jobEntity, projectEntity, userEntity } from './entities.ts';

/** `GET /user`: whose token it is. */
export function currentUser(world: World, call: Call): Reply {
  const user = authenticateUser(world, call, 'read_user');
  return json(200, {
    ...userEntity(user, world.url),
    created_at: toTimestamp(user.createdAt),
    email: user.email,
    is_admin: user.admin,
  });
}

export function version(world: World, call: Call): Reply {
  authenticateUser(world, call, 'read_user');
  return json(200, { version: serverVersion.version, revision: serverVersion.revision });
}

export function metadata(world: World, call: Call): Reply {
  authenticateUser(world, call, 'read_user');
  return json(200, {
    version: serverVersion.version,
    revision: serverVersion.revision,
    kas: { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null },
    enterprise: false,
  });
}

/** `GET /job`: the job whose token it is; a personal token has none. */
export function currentJob(world: World, call: Call): Reply {
  const bearer = /^Bearer (.+)$/i.exec(call.header('authorization') ?? '')?.[1];
  const token = call.header('job-token') ?? call.parameters.string('job_token') ?? bearer;
  const job = token === undefined ? undefined : world.jobs.byToken(token);
  if (job === undefined) {
    authenticateUser(world, call);
    throw notFound();
  }
  if (!isExecuting(job.status)) throw unauthorized();
  return json(200, jobEntity(job, world.url));
}

/** `GET /projects/:id`, by number or path; what one may not see does not exist. */
export function getProject(world: World, call: Call): Reply {
  const user = authenticateUser(world, call);
  const project = world.projects.project(call.capture(0));
  if (project === undefined || accessToProject(user, project) === 0) throw notFound('Project');
  return json(200, projectEntity(project, world.url, accessToProject(user, project)));
}

/** `GET /groups/:id`, by number or path. */
export function getGroup(world: World, call: Call): Reply {
  const user = authenticateUser(world, call);
  const group = world.projects.group(call.capture(0));
  if (group === undefined || accessToNamespace(user, group) === 0) throw notFound('Group');
  return json(200, groupEntity(group, world.url, accessToNamespace(user, group)));
}
