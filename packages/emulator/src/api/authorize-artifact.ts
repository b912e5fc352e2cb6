import type { Call } from '../http/call.ts';
import { forbidden, refused } from '../http/refusal.ts';
import type { Reply } from '../http/reply.ts';
import type { World } from '../world/world.ts';

/** `POST /jobs/:id/artifacts/authorize` is for GitLab's own proxy; a client that calls it is refused. */
export function authorizeArtifact({ settings }: World, _call: Call): Reply {
  if (!settings.artifacts_enabled) throw refused(405, '405 Method Not Allowed');
  throw forbidden('Request should be executed via GitLab Workhorse');
}
