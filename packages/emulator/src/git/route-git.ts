import type { Call } from '../http/call.ts';
import { bytes, type Reply } from '../http/reply.ts';
import type { Router } from '../http/router.ts';
import { isExecuting } from '../world/job-status.ts';
import { REPORTER } from '../world/namespace.ts';
import { accessToProject, type Project } from '../world/project.ts';
import type { User } from '../world/user.ts';
import type { World } from '../world/world.ts';
import { serveGit } from './http-backend.ts';
import type { InitialRepository } from './initial-repository.ts';
import type { Repository } from './repository.ts';

const MAX_GROUP_DEPTH = 20;
const READ = 'git-upload-pack';

/** Serves `…/project.git` by smart HTTP, to be read only. */
export function routeGit(router: Router, world: World): void {
  for (let depth = 2; depth <= MAX_GROUP_DEPTH; depth += 1) {
    const path = Array.from({ length: depth }, (_, at) => `/:part${at}`).join('');
    router.on('GET', `${path}/info/refs`, (call) => advertise(world, call, depth));
    router.onStream('POST', `${path}/git-upload-pack`, (call) => upload(world, call, depth));
    router.on('POST', `${path}/git-receive-pack`, (call) => refusePush(world, call));
  }
}

async function advertise(world: World, call: Call, depth: number): Promise<Reply> {
  if (call.queryParameters.string('service') === 'git-receive-pack') return refusePush(world, call);
  const access = authorize(world, call, depth);
  if ('refusal' in access) return access.refusal;
  await access.repository.refresh();
  return serveGit(call, access.repository.served, 'info/refs');
}

async function upload(world: World, call: Call, depth: number): Promise<Reply> {
  const access = authorize(world, call, depth);
  if (!('refusal' in access)) return serveGit(call, access.repository.served, READ);
  call.message.resume();
  return access.refusal;
}

function refusePush(world: World, call: Call): Reply {
  if (identify(world, call) === undefined) return accessDenied();
  return text(403, 'You are not allowed to upload code.');
}

type Served = Repository | InitialRepository;
type Access = { readonly repository: Served } | { readonly refusal: Reply };

/** GitLab tells a stranger nothing: a project that one may not read is not found. */
function authorize(world: World, call: Call, depth: number): Access {
  const identity = identify(world, call);
  if (identity === undefined) return { refusal: accessDenied() };
  const path = call.captures
    .slice(0, depth)
    .join('/')
    .replace(/\.git$/, '');
  const project = world.projects.project(path);
  if (project === undefined || accessToProject(identity.user, project) < REPORTER)
    return notFound();
  const repository = identity.repositoryOf(project);
  return repository === undefined ? notFound() : { repository };
}

interface Identity {
  readonly user: User;
  readonly repositoryOf: (project: Project) => Served | undefined;
}

/** The job of a job token, which reads its own commit's repository, or a personal token's user. */
function identify(world: World, call: Call): Identity | undefined {
  const [scheme, encoded = ''] = (call.header('authorization') ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const credentials = Buffer.from(encoded, 'base64').toString();
  const password = credentials.slice(credentials.indexOf(':') + 1);
  const job = world.jobs.byToken(password);
  if (job !== undefined) {
    if (!isExecuting(job.status) || !credentials.startsWith('gitlab-ci-token:')) return undefined;
    return {
      user: job.definition.user,
      repositoryOf: (project) =>
        project === job.project ? world.repositories.ofPipeline(job.pipeline) : project.repository,
    };
  }
  const user = world.users.byToken(password)?.user;
  return user && { user, repositoryOf: (project) => project.repository };
}

function accessDenied(): Reply {
  const body =
    'HTTP Basic: Access denied. If a password was provided for Git authentication, the password was incorrect or you are required to use a token instead of a password.';
  return text(401, body, { 'WWW-Authenticate': 'Basic realm="GitLab"' });
}

function notFound(): Access {
  return {
    refusal: text(
      404,
      "The project you were looking for could not be found or you don't have permission to view it.",
    ),
  };
}

function text(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return bytes(status, `${body}\n`, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
}
