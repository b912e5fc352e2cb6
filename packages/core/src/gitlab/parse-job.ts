import { z } from 'zod';

import { RunnerError } from '../errors.ts';
import type { ArtifactEntry, Image, Job, Step } from '../job/job.ts';
import { Variables } from '../job/variables.ts';
import { Secret } from '../secret.ts';
import { wireJob, type WireJob } from './wire-job.ts';

/** gitlab-runner's own, where the payload names no timeout. */
const DEFAULT_TIMEOUT_MS = 2 * 3600_000;

/**
 * Reads what GitLab sent with a 201.
 *
 * @throws RunnerError `PAYLOAD_INVALID`, naming the first field that cannot be used and no value.
 */
export function parseJob(payload: string): Job {
  const result = wireJob.safeParse(parseJson(payload));
  if (!result.success) throw new RunnerError('PAYLOAD_INVALID', describe(result.error));
  return toJob(result.data);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RunnerError('PAYLOAD_INVALID', 'it is no JSON', { cause });
  }
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  return path === '' ? 'it is no job' : `${path}: ${issue?.message ?? 'invalid'}`;
}

function toJob(wire: WireJob): Job {
  const variables = new Variables(wire.variables);
  const named = (key: string): string => variables.value(key);
  return {
    id: wire.id,
    name: wire.job_info.name,
    stage: wire.job_info.stage,
    token: new Secret(wire.token),
    variables,
    ref: wire.git_info?.ref ?? '',
    refType: wire.git_info?.ref_type ?? '',
    sha: wire.git_info?.sha ?? '',
    beforeSha: wire.git_info?.before_sha ?? '',
    project: {
      id: wire.job_info.project_id ?? 0,
      name: wire.job_info.project_name,
      path: wire.job_info.project_full_path ?? named('CI_PROJECT_PATH'),
      url: named('CI_PROJECT_URL'),
    },
    pipeline: {
      id: wire.job_info.pipeline_id ?? Number(named('CI_PIPELINE_ID')),
      url: named('CI_PIPELINE_URL'),
    },
    url: named('CI_JOB_URL'),
    user: {
      id: wire.job_info.user_id ?? Number(named('GITLAB_USER_ID')),
      login: named('GITLAB_USER_LOGIN'),
      name: named('GITLAB_USER_NAME'),
      email: named('GITLAB_USER_EMAIL'),
    },
    commitMessage: named('CI_COMMIT_MESSAGE'),
    git: {
      url: new Secret(wire.git_info?.repo_url ?? ''),
      refspecs: wire.git_info?.refspecs ?? [],
      depth: wire.git_info?.depth ?? 0,
      objectFormat: wire.git_info?.repo_object_format ?? 'sha1',
      mayFetch: wire.allow_git_fetch,
    },
    image: wire.image ? toImage(wire.image) : undefined,
    services: wire.services.map(toImage),
    credentials: wire.credentials.map((it) => ({ ...it, password: new Secret(it.password) })),
    steps: wire.steps.map(toStep),
    hooks: new Map(wire.hooks.map((hook) => [hook.name, hook.script])),
    artifacts: wire.artifacts.map(toArtifact),
    cache: wire.cache.map((it) => ({
      key: it.key,
      untracked: it.untracked,
      paths: it.paths,
      policy: it.policy || 'pull-push',
      when: toWhen(it.when),
      fallbackKeys: it.fallback_keys,
    })),
    dependencies: wire.dependencies.map((it) => ({
      id: it.id,
      name: it.name,
      token: new Secret(it.token),
      artifact: it.artifacts_file?.filename
        ? { filename: it.artifacts_file.filename, size: it.artifacts_file.size ?? undefined }
        : undefined,
    })),
    features: {
      traceSections: wire.features?.trace_sections ?? false,
      failureReasons: wire.features?.failure_reasons ?? undefined,
      tokenPrefixes: wire.features?.token_mask_prefixes ?? [],
    },
    timeoutMs: wire.runner_info?.timeout ? wire.runner_info.timeout * 1000 : DEFAULT_TIMEOUT_MS,
  };
}

function toWhen(when: string | null | undefined): Step['when'] {
  return when === 'on_failure' || when === 'always' ? when : 'on_success';
}

function toStep(wire: WireJob['steps'][number]): Step {
  return {
    name: wire.name,
    script: wire.script,
    timeoutMs: wire.timeout === undefined ? undefined : wire.timeout * 1000,
    when: toWhen(wire.when),
    allowFailure: wire.allow_failure,
  };
}

function toArtifact(wire: WireJob['artifacts'][number]): ArtifactEntry {
  const format = wire.artifact_format;
  return {
    name: wire.name ?? '',
    untracked: wire.untracked,
    paths: wire.paths,
    exclude: wire.exclude,
    when: toWhen(wire.when),
    expireIn: wire.expire_in ?? undefined,
    type: wire.artifact_type || 'archive',
    format: format === 'gzip' || format === 'raw' ? format : 'zip',
  };
}

function toImage(wire: NonNullable<WireJob['image']>): Image {
  return {
    name: wire.name,
    alias: wire.alias ?? undefined,
    entrypoint: listOf(wire.entrypoint),
    command: listOf(wire.command),
  };
}

function listOf(value: string[] | string | null | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return value ?? [];
}
