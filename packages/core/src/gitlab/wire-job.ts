import { z } from 'zod';

/**
 * What `POST /api/v4/jobs/request` answers with 201, as far as a runner uses it. Unknown fields
 * are kept; what GitLab may leave out or send as null has the meaning that GitLab gives it.
 */
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const seconds = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined);

const wireVariable = z.looseObject({
  key: z.string(),
  value: text,
  public: flag,
  masked: flag,
  file: flag,
  raw: flag,
});

const wireStep = z.looseObject({
  name: z.string(),
  script: texts,
  timeout: seconds,
  when: z.string().nullish(),
  allow_failure: flag,
});

const wireArtifact = z.looseObject({
  name: z.string().nullish(),
  untracked: flag,
  paths: texts,
  exclude: texts,
  when: z.string().nullish(),
  expire_in: z.string().nullish(),
  artifact_type: z.string().nullish(),
  artifact_format: z.string().nullish(),
});

const wireCache = z.looseObject({
  key: text,
  untracked: flag,
  paths: texts,
  policy: z.string().nullish(),
  when: z.string().nullish(),
  fallback_keys: texts,
});

const wireImage = z.looseObject({
  name: z.string(),
  alias: z.string().nullish(),
  entrypoint: z.union([z.array(z.string()), z.string()]).nullish(),
  command: z.union([z.array(z.string()), z.string()]).nullish(),
});

const wireDependency = z.looseObject({
  id: z.number(),
  name: text,
  token: text,
  artifacts_file: z.looseObject({ filename: text, size: z.number().nullish() }).nullish(),
});

export const wireJob = z.looseObject({
  id: z.number().int(),
  token: z.string().min(1),
  allow_git_fetch: flag,
  job_info: z.looseObject({
    name: text,
    stage: text,
    project_id: z.number().nullish(),
    project_name: text,
    project_full_path: z.string().nullish(),
    pipeline_id: z.number().nullish(),
    user_id: z.number().nullish(),
    time_in_queue_seconds: z.number().nullish(),
  }),
  git_info: z
    .looseObject({
      repo_url: text,
      ref: text,
      sha: text,
      before_sha: text,
      ref_type: text,
      refspecs: texts,
      depth: z
        .number()
        .nullish()
        .transform((value) => value ?? 0),
      repo_object_format: z.string().nullish(),
    })
    .nullish(),
  runner_info: z.looseObject({ timeout: seconds }).nullish(),
  variables: z
    .array(wireVariable)
    .nullish()
    .transform((value) => value ?? []),
  steps: z
    .array(wireStep)
    .nullish()
    .transform((value) => value ?? []),
  hooks: z
    .array(z.looseObject({ name: z.string(), script: texts }))
    .nullish()
    .transform((value) => value ?? []),
  image: wireImage.nullish(),
  services: z
    .array(wireImage)
    .nullish()
    .transform((value) => value ?? []),
  artifacts: z
    .array(wireArtifact)
    .nullish()
    .transform((value) => value ?? []),
  cache: z
    .array(wireCache)
    .nullish()
    .transform((value) => value ?? []),
  credentials: z
    .array(z.looseObject({ type: text, url: text, username: text, password: text }))
    .nullish()
    .transform((value) => value ?? []),
  dependencies: z
    .array(wireDependency)
    .nullish()
    .transform((value) => value ?? []),
  features: z
    .looseObject({
      trace_sections: flag,
      failure_reasons: z.array(z.string()).nullish(),
      token_mask_prefixes: texts,
    })
    .nullish(),
});

export type WireJob = z.output<typeof wireJob>;
