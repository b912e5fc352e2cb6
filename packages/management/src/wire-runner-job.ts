import { z } from 'zod';
import type { RunnerJob } from './runner-job.ts';
import { optionalUser } from './wire-user.ts';
import { optionalInstant, optionalNumber, optionalText } from './wire-value.ts';

const commit = z
  .object({ id: z.string(), title: z.string() })
  .transform(({ id, title }) => ({ sha: id, title }));

const pipeline = z.object({ id: z.number(), status: optionalText });

/** `GET /job` has a `project` of another kind, which does not say which one it is. */
const project = z
  .object({ id: z.number(), path_with_namespace: z.string() })
  .transform((wire) => ({ id: wire.id, fullPath: wire.path_with_namespace }))
  .nullish()
  .catch(undefined);

export const wireRunnerJob = z
  .object({
    id: z.number(),
    name: z.string(),
    stage: z.string(),
    status: z.string(),
    ref: optionalText,
    tag: z.boolean(),
    allow_failure: z.boolean(),
    coverage: optionalNumber,
    created_at: optionalInstant,
    started_at: optionalInstant,
    finished_at: optionalInstant,
    erased_at: optionalInstant,
    duration: optionalNumber,
    queued_duration: optionalNumber,
    failure_reason: optionalText,
    web_url: optionalText,
    user: optionalUser,
    commit: commit.nullish(),
    pipeline: pipeline.nullish(),
    project,
  })
  .transform((wire): RunnerJob => ({
    id: wire.id,
    name: wire.name,
    stage: wire.stage,
    status: wire.status,
    ref: wire.ref,
    isTag: wire.tag,
    allowFailure: wire.allow_failure,
    coverage: wire.coverage,
    createdAt: wire.created_at,
    startedAt: wire.started_at,
    finishedAt: wire.finished_at,
    erasedAt: wire.erased_at,
    durationS: wire.duration,
    queuedDurationS: wire.queued_duration,
    failureReason: wire.failure_reason,
    webUrl: wire.web_url,
    user: wire.user,
    commit: wire.commit ?? undefined,
    pipeline: wire.pipeline ?? undefined,
    project: wire.project ?? undefined,
  }));
