import type { Call } from '../http/call.ts';
import type { Faults } from '../http/fault.ts';
import { badRequest, forbidden } from '../http/refusal.ts';
import { json, noContent, type Reply } from '../http/reply.ts';
import type { RequestLog } from '../http/request-log.ts';
import type { Router } from '../http/router.ts';
import type { World } from '../world/world.ts';
import {
  bodyOf,
  cancelJob,
  eraseJob,
  getArtifact,
  getJob,
  getTrace,
  listJobs,
  playJob,
  postJobs,
  watchJob,
} from './jobs.ts';
import { parseFault } from './parse-fault.ts';
import { getPipeline, postPipeline } from './pipelines.ts';
import { parseSettings } from './parse-settings.ts';
import { viewRunner } from './runner-view.ts';
import {
  deleteProject,
  postGroup,
  postGroupMember,
  postProject,
  postProjectMember,
  postUser,
} from './world-building.ts';

export interface Controlled {
  readonly world: World;
  readonly faults: Faults;
  readonly requestLog: RequestLog;
  readonly reset: () => void;
}

type Operation = (world: World, call: Call) => Reply | Promise<Reply>;

/** What tests do to the emulator: it needs no token, but is for this machine alone. */
export function routeControl(
  router: Router,
  { world, faults, requestLog, reset }: Controlled,
): void {
  const on = (method: string, path: string, operation: Operation): void =>
    router.on(method, `/_emulator${path}`, (call) => {
      requireLoopback(call);
      return operation(world, call);
    });

  on('POST', '/jobs', postJobs);
  on('GET', '/jobs', listJobs);
  on('GET', '/jobs/:id', getJob);
  on('GET', '/jobs/:id/trace', getTrace);
  on('GET', '/jobs/:id/artifacts/:file_type', getArtifact);
  on('POST', '/jobs/:id/cancel', cancelJob);
  on('POST', '/jobs/:id/erase', eraseJob);
  on('POST', '/jobs/:id/watch', watchJob);
  on('POST', '/jobs/:id/play', playJob);

  on('POST', '/pipelines', postPipeline);
  on('GET', '/pipelines/:id', getPipeline);

  on('GET', '/runners', () => json(200, world.runners.all().map(viewRunner)));
  on('POST', '/users', postUser);
  on('POST', '/groups', postGroup);
  on('POST', '/groups/:id/members', postGroupMember);
  on('POST', '/projects', postProject);
  on('DELETE', '/projects/:id', deleteProject);
  on('POST', '/projects/:id/members', postProjectMember);

  on('POST', '/settings', (_, call) => {
    world.settings = { ...world.settings, ...parseSettings(bodyOf(call)) };
    return json(200, world.settings);
  });
  on('GET', '/settings', () => json(200, world.settings));
  on('POST', '/faults', (_, call) => {
    faults.add(parseFault(bodyOf(call)));
    return json(201, faults.list());
  });
  on('GET', '/faults', () => json(200, faults.list()));
  on('DELETE', '/faults', () => {
    faults.clear();
    return noContent();
  });
  on('GET', '/requests', () => json(200, requestLog.list()));
  on('GET', '/requests/counts', () => json(200, requestLog.counts()));
  on('DELETE', '/requests', () => {
    requestLog.clear();
    return noContent();
  });
  on('POST', '/clock', (_, call) => advanceClock(world, call));
  on('POST', '/reset', () => {
    reset();
    return noContent();
  });
}

function advanceClock(world: World, call: Call): Reply {
  const seconds = bodyOf(call)['advance_s'];
  if (typeof seconds !== 'number' || seconds < 0)
    throw badRequest('advance_s is a number of seconds');
  world.advanceClock(seconds);
  return json(200, { now: new Date(world.clock.now()).toISOString() });
}

function requireLoopback({ message }: Call): void {
  const address = message.socket.remoteAddress ?? '';
  if (!/^(?:::ffff:)?127\.|^::1$/.test(address)) throw forbidden('only from this machine');
}
