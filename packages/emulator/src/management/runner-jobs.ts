import { jobEntity } from '../api/entities.ts';
import type { Call } from '../http/call.ts';
import type { Reply } from '../http/reply.ts';
import { accessToProject } from '../world/project.ts';
import { REPORTER } from '../world/namespace.ts';
import type { Job } from '../world/job.ts';
import type { Runner } from '../world/runner.ts';
import type { User } from '../world/user.ts';
import type { World } from '../world/world.ts';
import { requestOfRunner, requireAccess } from './find-runner.ts';
import { keysetPage } from './keyset-page.ts';
import { offsetPage } from './offset-page.ts';
import { projectIdentityEntity } from './place-entity.ts';
import { mayReadJobs } from './runner-access.ts';

const statuses = [
  'created',
  'waiting_for_resource',
  'preparing',
  'waiting_for_callback',
  'pending',
  'running',
  'success',
  'failed',
  'canceling',
  'canceled',
  'skipped',
  'manual',
  'scheduled',
] as const;

/** `GET /runners/:id/jobs`: what it works on and has worked on, in projects where one reports. */
export function listRunnerJobs(world: World, call: Call): Reply {
  const request = requestOfRunner(world, call);
  const { parameters } = call;
  const status = parameters.oneOf('status', statuses);
  const orderBy = parameters.oneOf('order_by', ['id']);
  const sort = parameters.oneOf('sort', ['asc', 'desc']) ?? 'desc';
  const systemId = parameters.string('system_id') ?? '';
  const runner = request.runner();
  requireAccess(mayReadJobs(request.user, runner));
  const items = jobsOf(world, runner, request.user).filter(
    (job) =>
      (status === undefined || job.status === status) &&
      (systemId === '' || job.manager?.systemId === systemId),
  );
  const present = (page: readonly Job[]): unknown[] =>
    page.map((job) => jobWithProjectEntity(world, job));
  if (parameters.string('pagination') === 'keyset') {
    return keysetPage(world, call, { items: sorted(items, sort), direction: sort, present });
  }
  const ordered = orderBy === undefined ? items : sorted(items, sort);
  return offsetPage(world, call, { items: ordered, present, counted: systemId === '' });
}

function jobsOf({ jobs }: World, runner: Runner, user: User): Job[] {
  return [...jobs.all()].filter(
    (job) => job.runner === runner && accessToProject(user, job.project) >= REPORTER,
  );
}

function sorted(jobs: readonly Job[], direction: 'asc' | 'desc'): Job[] {
  return jobs.toSorted((a, b) => (direction === 'asc' ? a.id - b.id : b.id - a.id));
}

function jobWithProjectEntity(world: World, job: Job): Record<string, unknown> {
  return { ...jobEntity(job, world.url), project: projectIdentityEntity(job.project) };
}
