import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Call } from '../http/call.ts';
import { isJsonObject, type JsonObject } from '../http/parameters.ts';
import { badRequest, notFound } from '../http/refusal.ts';
import { bytes, json, jsonText, type Reply } from '../http/reply.ts';
import { defineJob } from '../world/define-job.ts';
import type { Job } from '../world/job.ts';
import type { World } from '../world/world.ts';
import { viewJob } from './job-view.ts';
import { parseJobSpec } from './parse-job-spec.ts';
import type { JobSpec } from './wire-job-spec.ts';

/** Makes the jobs of a spec pending. @throws a refusal where the spec names what does not exist. */
export function createJobs(world: World, spec: JobSpec): Job[] {
  const definition = defineJob(world, spec);
  const jobs = Array.from({ length: spec.count ?? 1 }, () => world.jobs.create(definition));
  world.jobs.enqueue(jobs);
  return jobs;
}

/** `POST /_emulator/jobs`. */
export function postJobs(world: World, call: Call): Reply {
  const spec = parseJobSpec(bodyOf(call));
  const jobs = createJobs(world, spec);
  if (spec.count !== undefined) return json(201, { ids: jobs.map(({ id }) => id) });
  return json(201, { id: jobs[0]?.id, status: jobs[0]?.status });
}

export function bodyOf(call: Call): JsonObject {
  const text = call.body?.bytes().toString() ?? '';
  if (text === '') return {};
  const value = parseJson(text);
  if (!isJsonObject(value)) throw badRequest('the body is no JSON object');
  return value;
}

function parseJson(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

/** `GET /_emulator/jobs`: all, or those of one `?status=`. */
export function listJobs(world: World, call: Call): Reply {
  const status = call.queryParameters.string('status');
  const views: string[] = [];
  for (const job of world.jobs.all()) {
    if (status === undefined || job.status === status) views.push(JSON.stringify(viewJob(job)));
  }
  return jsonText(200, `[${views.join(',')}]`);
}

export function getJob(world: World, call: Call): Reply {
  return json(200, viewJob(findJob(world, call)));
}

function findJob(world: World, call: Call): Job {
  const job = world.jobs.get(Number(call.capture(0)));
  if (job === undefined) throw notFound('Job');
  return job;
}

export function getTrace(world: World, call: Call): Reply {
  const { log } = findJob(world, call);
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(log.size),
  };
  return bytes(200, Readable.from(log.pieces(0, log.size)), headers);
}

export function getArtifact(world: World, call: Call): Reply {
  const artifact = findJob(world, call).artifacts.get(call.capture(1));
  if (artifact === undefined) throw notFound('Artifact');
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(artifact.size),
  };
  return bytes(200, createReadStream(artifact.path), headers);
}

/** `POST /_emulator/jobs/:id/cancel`. */
export function cancelJob(world: World, call: Call): Reply {
  const job = findJob(world, call);
  world.jobs.cancel(job, bodyOf(call)['force'] === true);
  return json(200, viewJob(job));
}

/** `POST /_emulator/jobs/:id/play`: starts a manual job. */
export function playJob(world: World, call: Call): Reply {
  const job = findJob(world, call);
  world.jobs.play(job);
  return json(200, viewJob(job));
}

export function eraseJob(world: World, call: Call): Reply {
  const job = findJob(world, call);
  world.jobs.erase(job);
  return json(200, viewJob(job));
}

/** `POST /_emulator/jobs/:id/watch`: somebody looks at the log, as long as the job runs. */
export function watchJob(world: World, call: Call): Reply {
  const job = findJob(world, call);
  job.watched = true;
  return json(200, viewJob(job));
}
