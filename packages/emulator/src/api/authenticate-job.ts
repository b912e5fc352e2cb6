import type { Call } from '../http/call.ts';
import { forbidden } from '../http/refusal.ts';
import { isExecuting } from '../world/job-status.ts';
import type { Job } from '../world/job.ts';
import type { World } from '../world/world.ts';

const TOKEN_MINIMUM_S = 60;
const TOKEN_LEEWAY_S = 5 * 60;

export interface JobAuthentication {
  /** The parameter `token`, or else the header. */
  readonly token: string | undefined;
  readonly id: string;
  /** An update or a log's piece shows that the runner lives; artifacts do not. */
  readonly heartbeat: boolean;
  /** Whether a job that waits for its runner's word may be meant. */
  readonly acknowledges?: boolean;
}

export function tokenOf(call: Call, parameters = call.parameters): string | undefined {
  return parameters.string('token') ?? call.header('job-token');
}

/**
 * Finds the job of a token. The order is GitLab's: the status is judged before erasure, and both
 * of the token's job, whichever id the path has. Never 404: 403 makes a runner give the job up.
 */
export function authenticateJob(world: World, request: JobAuthentication): Job {
  const job = request.token === undefined ? undefined : world.jobs.byToken(request.token);
  if (job === undefined) throw forbidden();
  requireExecuting(job, request);
  requireValidToken(world, job, request);
  const status = { 'Job-Status': job.status };
  if (job.erasedAt !== undefined) throw forbidden('Job has been erased!', status);
  if (job.project.deleted) throw forbidden('Project has been deleted!', status);
  if (String(job.id) !== request.id) throw forbidden();
  if (request.heartbeat && job.runner !== undefined && job.manager !== undefined) {
    world.runners.heartbeat(job.runner, { systemId: job.manager.systemId });
  }
  return job;
}

function requireExecuting(job: Job, { acknowledges = false }: JobAuthentication): void {
  if (isExecuting(job.status) || (acknowledges && job.awaiting !== undefined)) return;
  throw forbidden('Job is not processing on runner', { 'Job-Status': job.status });
}

/** A job's token outlives its timeout by five minutes. */
function requireValidToken(world: World, job: Job, { heartbeat }: JobAuthentication): void {
  if (job.startedAt === undefined) return;
  const lifeMs = (Math.max(job.timeoutS, TOKEN_MINIMUM_S) + TOKEN_LEEWAY_S) * 1000;
  if (world.clock.now() < job.startedAt + lifeMs) return;
  if (heartbeat) world.jobs.drop(job, 'job_token_expired');
  throw forbidden('Job token has expired', { 'Job-Status': job.status });
}
