import type { Call } from '../http/call.ts';
import type { JsonObject } from '../http/parameters.ts';
import { forbidden } from '../http/refusal.ts';
import { json, noContent, type Reply } from '../http/reply.ts';
import { buildPayload, type Handover } from '../payload/build-payload.ts';
import type { Job } from '../world/job.ts';
import type { Runner } from '../world/runner.ts';
import type { World } from '../world/world.ts';
import { waitForTick } from './wait-for-tick.ts';
import { pickJob } from './pick-job.ts';
import { contactOf } from './runner-info.ts';
import { requireReachable, sessionUrlOf } from './runner-session.ts';

const LAST_UPDATE = 'X-GitLab-Last-Update';

/** `POST /jobs/request`: a job, or 204 with the queue's value, which the runner sends back. */
export function requestJob(world: World, call: Call): Reply | Promise<Reply> {
  const lastUpdate = call.parameters.string('last_update');
  const runner = authenticate(world, call);
  const unchanged = lastUpdate === runner.queueValue(world.clock.now());
  if (!unchanged || world.settings.long_poll_s <= 0) return answer(world, call);
  // As Workhorse does, a request is held before anything else is looked at. Workhorse answers 204
  // when the queue has changed and lets the runner ask again; here it gets the job at once.
  return waitForTick(runner, call, world.settings.long_poll_s * 1000).then(() =>
    answer(world, call),
  );
}

function authenticate(world: World, call: Call): Runner {
  const runner = world.runners.authenticate(call.parameters.required('token'));
  if (runner === undefined) throw forbidden();
  return runner;
}

function answer(world: World, call: Call): Reply {
  const { parameters } = call;
  // A client that has left must get no job: nobody would run it.
  if (call.gone) return noContent();
  const runner = authenticate(world, call);
  const contact = contactOf(parameters);
  const manager = world.runners.heartbeat(runner, contact);
  const lastUpdate = parameters.string('last_update');
  const now = world.clock.now();
  const queueValue = runner.queueValue(now);
  if (runner.attributes.paused || lastUpdate === queueValue) {
    return noContent({ [LAST_UPDATE]: queueValue });
  }
  const sessionUrl = sessionUrlOf(parameters);
  const size = world.jobs.queue.sizeFor(runner);
  if (world.jobs.queue.next(runner) !== undefined) requireReachable(world, sessionUrl);
  for (;;) {
    const picked = pickJob(world, runner, manager);
    if (picked === undefined) return noContent({ [LAST_UPDATE]: queueValue });
    const { job, depth } = picked;
    const payload = payloadOrFailure(world, job, { size, depth, nowMs: now, sessionUrl });
    if (payload instanceof Error) call.problem = payload;
    else return json(201, payload);
  }
}

/** A job that cannot be described fails, and the search goes on. */
function payloadOrFailure(world: World, job: Job, handover: Handover): JsonObject | Error {
  try {
    return buildPayload(world, job, handover);
  } catch (error) {
    world.jobs.drop(job, 'scheduler_failure');
    return error instanceof Error ? error : new Error(String(error));
  }
}
