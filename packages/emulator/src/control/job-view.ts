import { toTimestamp } from '../clock.ts';
import type { Artifact } from '../world/artifact.ts';
import type { Job } from '../world/job.ts';

export interface ArtifactView {
  readonly file_type: string;
  readonly file_format: string;
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
  /** As the runner sent it; null when it did not. */
  readonly expire_in: string | null;
  readonly expire_at: string | null;
  readonly accessibility: string;
}

/** A job as `GET /_emulator/jobs/:id` shows it. */
export interface JobView {
  readonly id: number;
  readonly name: string;
  readonly stage: string;
  readonly status: string;
  readonly failure_reason: string | null;
  readonly exit_code: number | null;
  readonly allow_failure: boolean;
  readonly pipeline_id: number;
  readonly project_id: number;
  readonly runner_id: number | null;
  readonly system_id: string | null;
  readonly queued_at: string | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly erased_at: string | null;
  readonly trace: { readonly size: number; readonly crc32: string };
  readonly artifacts: readonly ArtifactView[];
}

export function viewJob(job: Job): JobView {
  const { definition, log } = job;
  return {
    id: job.id,
    name: definition.name,
    stage: definition.stage,
    status: job.status,
    failure_reason: job.failureReason ?? null,
    exit_code: job.exitCode ?? null,
    allow_failure: job.allowFailure,
    pipeline_id: job.pipeline.id,
    project_id: job.project.id,
    runner_id: job.runner?.id ?? null,
    system_id: job.manager?.systemId ?? null,
    queued_at: toTimestamp(job.queuedAt),
    started_at: toTimestamp(job.startedAt),
    finished_at: toTimestamp(job.finishedAt),
    erased_at: toTimestamp(job.erasedAt),
    trace: { size: log.size, crc32: log.crc32().toString(16).padStart(8, '0') },
    artifacts: [...job.artifacts.values()].map(viewArtifact),
  };
}

export function viewArtifact(artifact: Artifact): ArtifactView {
  return {
    file_type: artifact.fileType,
    file_format: artifact.fileFormat,
    filename: artifact.filename,
    size: artifact.size,
    sha256: artifact.sha256,
    expire_in: artifact.expireIn ?? null,
    expire_at: toTimestamp(artifact.expireAt),
    accessibility: artifact.accessibility,
  };
}
