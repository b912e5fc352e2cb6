import type { Call } from '../http/call.ts';
import { forbidden, notFound, Refusal, unauthorized } from '../http/refusal.ts';
import { bytes, type Reply } from '../http/reply.ts';
import { sendFile } from '../http/send-file.ts';
import { isAvailable } from '../world/artifact.ts';
import { isExecuting } from '../world/job-status.ts';
import type { Job } from '../world/job.ts';
import { REPORTER } from '../world/namespace.ts';
import { accessToProject } from '../world/project.ts';
import type { World } from '../world/world.ts';

/** `GET /jobs/:id/artifacts`: another job's archive, by the rights of the token's job's user. */
export function downloadArtifacts(world: World, call: Call): Reply {
  const reader = authenticateReader(world, call);
  const job = world.jobs.get(Number(call.capture(0)));
  if (job === undefined || !mayRead(reader, job)) throw forbidden();
  const archive = job.artifacts.get('archive');
  if (!isAvailable(archive, world.clock.now())) throw notFound();
  const direct = call.queryParameters.boolean('direct_download') === true;
  if (!world.settings.object_storage || !direct) return sendFile(call, archive);
  return bytes(302, '', { Location: world.objectStorage.urlOf(archive) });
}

/** The running job whose token it is. A personal token has no business here. */
function authenticateReader(world: World, call: Call): Job {
  const { parameters } = call;
  const bearer = /^Bearer (.+)$/i.exec(call.header('authorization') ?? '')?.[1];
  const token =
    parameters.string('job_token') ??
    parameters.string('token') ??
    call.header('job-token') ??
    bearer;
  const personal = call.header('private-token') ?? token;
  if (personal !== undefined && world.users.byToken(personal) !== undefined) throw forbidden();
  const reader = token === undefined ? undefined : world.jobs.byToken(token);
  if (reader === undefined || !isExecuting(reader.status)) throw unauthorized();
  if (reader.project.deleted) throw forbidden('Project has been deleted!');
  return reader;
}

function mayRead(reader: Job, job: Job): boolean {
  return !job.project.deleted && accessToProject(reader.definition.user, job.project) >= REPORTER;
}

/** A signed address of the object storage; whoever has it may read. */
export function readObject(world: World, call: Call): Reply {
  const artifact = world.objectStorage.find(call.capture(0));
  if (artifact === undefined)
    throw new Refusal(bytes(403, 'AccessDenied', { 'Content-Type': 'text/plain' }));
  return sendFile(call, artifact);
}
