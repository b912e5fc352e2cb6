import type { Call } from '../http/call.ts';
import { notFound } from '../http/refusal.ts';
import type { Reply } from '../http/reply.ts';
import type { World } from '../world/world.ts';
import { authenticateJob, tokenOf } from './authenticate-job.ts';

/** `GET /jobs/:id/runtime_environment_key`: no job has one here, as where the feature is off. */
export function runtimeEnvironmentKey(world: World, call: Call): Reply {
  authenticateJob(world, { token: tokenOf(call), id: call.capture(0), heartbeat: false });
  throw notFound();
}
