import type { Call } from '../http/call.ts';
import { Parameters } from '../http/parameters.ts';
import { invalidParameter } from '../http/refusal.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Job } from '../world/job.ts';
import type { World } from '../world/world.ts';
import { authenticateJob } from './authenticate-job.ts';
import { backoffSeconds } from './backoff.ts';

const GIVE_UP_FLUSHING_MS = 5 * 60 * 1000;
/** What a record of a coming end can hold; another state is a server error, as with GitLab. */
const knownStates: readonly string[] = [
  'created',
  'waiting_for_resource',
  'preparing',
  'pending',
  'running',
  'success',
  'failed',
  'canceling',
  'canceled',
  'skipped',
  'manual',
  'scheduled',
];

/**
 * `PUT /jobs/:id`: a keep-alive or the job's end. An end whose log is not flushed yet is answered
 * 202, and the runner asks again until it is; only then does the job end, by that last request.
 */
export function updateJob(world: World, call: Call): Reply {
  const { parameters } = call;
  const token = parameters.required('token');
  const id = call.capture(0);
  if (!/^\d+$/.test(id)) throw invalidParameter('id is invalid');
  requireNumbers(parameters);
  const job = authenticateJob(world, { token, id, heartbeat: true, acknowledges: true });
  const state = parameters.string('state') ?? '';
  const refusal = acknowledge(world, job, state);
  if (refusal !== undefined) return answer(job, refusal);
  if (!announcesEnd(world, parameters, state)) return answer(job, finalize(world, job, parameters));
  if (!knownStates.includes(state)) return json(500, { message: '500 Internal Server Error' });
  return endWhenFlushed(world, job, parameters);
}

/** What is declared as a number has to be one in every state, before anybody asks whose job it is. */
function requireNumbers(parameters: Parameters): void {
  const bytesize = parameters.object('output')?.raw('bytesize');
  new Parameters({ 'output[bytesize]': bytesize }).integer('output[bytesize]');
  parameters.integer('exit_code');
}

/** A job that waits for its runner's word starts with `running`; the status of another answer, or none. */
function acknowledge(world: World, job: Job, state: string): number | undefined {
  if (job.awaiting === undefined) return undefined;
  if (state === 'pending') {
    world.acknowledgements.prolong(job);
    return 200;
  }
  if (state !== 'running') return 400;
  world.acknowledgements.accept(job);
  return undefined;
}

function announcesEnd({ settings }: World, parameters: Parameters, state: string): boolean {
  return state !== 'running' && settings.live_trace && checksumOf(parameters) !== '';
}

function checksumOf(parameters: Parameters): string {
  return parameters.object('output')?.string('checksum') ?? parameters.string('checksum') ?? '';
}

function endWhenFlushed(world: World, job: Job, parameters: Parameters): Reply {
  const now = world.clock.now();
  job.pendingSince ??= now;
  const age = now - job.pendingSince;
  if (!isFlushed(world, job) && age <= GIVE_UP_FLUSHING_MS) {
    const interval = String(backoffSeconds(age / 1000));
    return answer(job, 202, { 'X-GitLab-Trace-Update-Interval': interval });
  }
  return answer(job, finalize(world, job, parameters));
}

/** Asks for the flush where nobody has, and says whether it is done. */
function isFlushed({ clock, settings }: World, job: Job): boolean {
  if (!job.unflushed) return true;
  if (settings.trace_flush === 'manual') return false;
  if (job.flushedAt === undefined) {
    job.flushedAt = clock.now() + settings.flush_delay_s * 1000;
    return false;
  }
  if (clock.now() < job.flushedAt) return false;
  job.unflushed = false;
  job.flushedAt = undefined;
  return true;
}

function finalize(world: World, job: Job, parameters: Parameters): number {
  switch (parameters.string('state')) {
    case 'running':
      return 200;
    case 'success':
      world.jobs.succeed(job);
      return 200;
    case 'failed':
      world.jobs.drop(job, parameters.string('failure_reason'), parameters.integer('exit_code'));
      return 200;
    default:
      return 400;
  }
}

/** The body is the status as a bare number; the header has the job's status after the update. */
function answer(job: Job, status: number, headers: Record<string, string> = {}): Reply {
  return json(status, status, { 'Job-Status': job.status, ...headers });
}
