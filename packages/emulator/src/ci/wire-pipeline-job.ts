import type { AllowFailure, JobWhen } from './keywords/job-definition.ts';
import type { ArtifactAccess, UploadWhen } from './keywords/read-artifacts.ts';
import type { ImageValue } from './keywords/read-image.ts';
import type { Retry } from './keywords/read-retry.ts';
import type { ArtifactFormat } from './keywords/report-types.ts';
import type { JsonObject, JsonValue } from './yaml/plain-value.ts';

/** One thing to upload: the archive, or a report under GitLab's name for its file. */
export interface ArtifactEntry {
  readonly name?: string;
  readonly paths?: readonly string[];
  readonly exclude?: readonly string[];
  readonly untracked?: boolean;
  readonly when?: UploadWhen;
  readonly expire_in?: string;
  readonly artifact_type: string;
  readonly artifact_format: ArtifactFormat;
  readonly access?: ArtifactAccess;
  readonly public?: boolean;
}

/** One cache; the suffix that keeps protected refs apart is not part of the key yet. */
export interface CacheEntry {
  readonly key: string;
  readonly paths?: readonly string[];
  readonly untracked?: boolean;
  readonly policy: string;
  readonly when: UploadWhen;
  readonly unprotect: boolean;
  readonly fallback_keys: readonly string[];
}

/** A job of the same pipeline that is waited for; with `artifacts` what it uploaded is fetched. */
export interface PipelineNeed {
  readonly job: string;
  readonly artifacts: boolean;
}

/**
 * A job as `POST /_emulator/jobs` takes it, but that other jobs are named and not numbered.
 *
 * Variables are those of the configuration, unexpanded: the predefined ones lie under them and the
 * pipeline's own over them.
 */
export interface PipelineJob {
  readonly name: string;
  readonly stage: string;
  /** The stage's index in the pipeline's `stages`. */
  readonly stage_idx: number;
  /** `before_script` and `script` in one, as a runner gets them; empty where the job has `run`. */
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
  readonly run?: readonly JsonValue[];
  readonly variables: Readonly<Record<string, { readonly value: string; readonly raw?: boolean }>>;
  readonly artifacts: readonly ArtifactEntry[];
  readonly cache: readonly CacheEntry[];
  readonly image?: ImageValue;
  readonly services: readonly ImageValue[];
  readonly hooks?: { readonly pre_get_sources_script: readonly string[] };
  readonly release?: JsonObject;
  readonly inputs?: JsonObject;
  readonly tags: readonly string[];
  /** Seconds; left out: the project's. */
  readonly timeout?: number;
  readonly allow_failure: AllowFailure;
  readonly when: JobWhen;
  readonly start_in?: string;
  readonly retry?: Retry;
  /** Which of its definition's jobs this is; GitLab tells it by CI_NODE_INDEX and CI_NODE_TOTAL. */
  readonly parallel?: { readonly index: number; readonly total: number };
  readonly environment?: JsonObject;
  /** Left out: the job waits for all earlier stages. */
  readonly needs?: readonly PipelineNeed[];
  /** Names of the jobs whose artifacts are fetched; left out: all jobs of earlier stages. */
  readonly dependencies?: readonly string[];
}
