import type { Call } from '../http/call.ts';
import { invalidJson, Refusal } from '../http/refusal.ts';
import { json, type Reply } from '../http/reply.ts';
import type { ByteLog } from '../storage/byte-log.ts';
import type { Job } from '../world/job.ts';
import type { World } from '../world/world.ts';
import { authenticateJob, tokenOf } from './authenticate-job.ts';

const WATCHED_INTERVAL_S = 3;

/** `PATCH /jobs/:id/trace`: appends to the log what begins where the log ends. */
export function patchTrace(world: World, call: Call): Reply {
  requireContentType(world, call);
  const token = tokenOf(call, call.queryParameters);
  const job = authenticateJob(world, { token, id: call.capture(0), heartbeat: true });
  const range = call.header('content-range');
  if (range === undefined) throw error(400, '400 Missing header Content-Range');
  append(world, job, startOf(range), call.body);
  return json(202, 202, {
    'Job-Status': job.status,
    Range: `0-${job.log.size}`,
    'X-GitLab-Trace-Update-Interval': String(intervalOf(world, job)),
  });
}

/** What has no type is read as JSON before anybody asks whose it is, and a log is none. */
function requireContentType({ settings }: World, call: Call): void {
  if (!settings.trace_content_type_required || call.header('content-type') !== undefined) return;
  if ((call.body?.size ?? 0) > 0) throw invalidJson();
}

/** Only the start counts; GitLab ignores the end and the total, and takes garbage for 0. */
function startOf(range: string): number {
  return Math.max(0, Number.parseInt(range.split('-', 1)[0] ?? '', 10) || 0);
}

function append(world: World, job: Job, start: number, body: ByteLog | undefined): void {
  const size = body?.size ?? 0;
  const end = start + size;
  const limit = world.settings.max_trace_bytes;
  if (limit > 0 && end >= limit) {
    world.jobs.drop(job, 'trace_size_exceeded');
    throw error(403, '403 Forbidden');
  }
  if (body !== undefined && size > 0 && start === job.log.size) {
    hideTokens(job, body);
    job.log.appendAll(body);
    job.unflushed = true;
    job.flushedAt = undefined;
    job.changed();
  }
  // What ends where the log ends has arrived before: its answer was lost.
  if (job.log.size !== end) {
    throw error(416, '416 Range Not Satisfiable', { Range: `0-${job.log.size}` });
  }
}

/** The job's own token and its project's are overwritten, as long as before. */
function hideTokens(job: Job, body: ByteLog): void {
  for (const token of [job.project.runnersToken, job.token]) {
    body.replace(token, '[MASKED]'.padEnd(token.length, 'x'));
  }
}

function intervalOf({ settings }: World, job: Job): number {
  return job.watched ? WATCHED_INTERVAL_S : settings.update_interval_s;
}

function error(status: number, text: string, headers?: Record<string, string>): Refusal {
  return new Refusal(json(status, { error: text }, headers));
}
