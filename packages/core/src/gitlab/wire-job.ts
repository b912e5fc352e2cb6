import type { ArtifactEntry, CacheEntry, GitSource, Image, Job, Step } from '../job/job.ts';
import { Variables } from '../job/variables.ts';
import { Secret } from '../secret.ts';
import { Fields, WireError } from './wire-fields.ts';

/** gitlab-runner's own, where the payload names no timeout. */
const DEFAULT_TIMEOUT_MS = 2 * 3600_000;

/**
 * Reads what `POST /api/v4/jobs/request` answers with 201, as far as a runner uses it. What GitLab
 * may leave out or send as null has the meaning that GitLab gives it.
 *
 * @throws {@link WireError}
 */
export function readWireJob(value: unknown): Job {
  const wire = new Fields(value);
  const id = wire.requiredNumber('id');
  if (!Number.isSafeInteger(id)) throw new WireError('id', 'expected a whole number');
  const token = wire.requiredText('token');
  if (token === '') throw new WireError('token', 'expected a text that is not empty');
  const variables = new Variables(wire.objects('variables', readVariable));
  const named = (key: string): string => variables.value(key);
  const info = wire.object('job_info', readJobInfo);
  if (info === undefined) throw new WireError('job_info', 'expected an object');
  const git = wire.object('git_info', readGitInfo);
  const timeout = wire.object('runner_info', (it) => it.number('timeout'));
  return {
    id,
    name: info.name,
    stage: info.stage,
    token: new Secret(token),
    variables,
    ref: git?.ref ?? '',
    refType: git?.refType ?? '',
    sha: git?.sha ?? '',
    beforeSha: git?.beforeSha ?? '',
    project: {
      id: info.projectId ?? 0,
      name: info.projectName,
      path: info.projectPath ?? named('CI_PROJECT_PATH'),
      url: named('CI_PROJECT_URL'),
    },
    pipeline: {
      id: info.pipelineId ?? Number(named('CI_PIPELINE_ID')),
      url: named('CI_PIPELINE_URL'),
    },
    url: named('CI_JOB_URL'),
    user: {
      id: info.userId ?? Number(named('GITLAB_USER_ID')),
      login: named('GITLAB_USER_LOGIN'),
      name: named('GITLAB_USER_NAME'),
      email: named('GITLAB_USER_EMAIL'),
    },
    commitMessage: named('CI_COMMIT_MESSAGE'),
    git: { ...(git?.source ?? NO_SOURCE), mayFetch: wire.flag('allow_git_fetch') },
    image: wire.object('image', readImage),
    services: wire.objects('services', readImage),
    credentials: wire.objects('credentials', (it) => ({
      type: it.text('type'),
      url: it.text('url'),
      username: it.text('username'),
      password: new Secret(it.text('password')),
    })),
    steps: wire.objects('steps', readStep),
    hasCiSteps: wire.has('run'),
    hooks: new Map(
      wire.objects('hooks', (it) => [it.requiredText('name'), it.texts('script')] as const),
    ),
    artifacts: wire.objects('artifacts', readArtifact),
    cache: wire.objects('cache', readCache),
    dependencies: wire.objects('dependencies', readDependency),
    features: wire.object('features', readFeatures) ?? NO_FEATURES,
    timeoutMs: timeout ? timeout * 1000 : DEFAULT_TIMEOUT_MS,
  };
}

const NO_SOURCE: Omit<GitSource, 'mayFetch'> = {
  url: new Secret(''),
  refspecs: [],
  depth: 0,
  objectFormat: 'sha1',
};
const NO_FEATURES: Job['features'] = {
  traceSections: false,
  failureReasons: undefined,
  tokenPrefixes: [],
};

function readVariable(it: Fields) {
  return {
    key: it.requiredText('key'),
    value: it.text('value'),
    public: it.flag('public'),
    masked: it.flag('masked'),
    file: it.flag('file'),
    raw: it.flag('raw'),
  };
}

function readJobInfo(it: Fields) {
  return {
    name: it.text('name'),
    stage: it.text('stage'),
    projectId: it.number('project_id'),
    projectName: it.text('project_name'),
    projectPath: it.optionalText('project_full_path'),
    pipelineId: it.number('pipeline_id'),
    userId: it.number('user_id'),
  };
}

function readGitInfo(it: Fields) {
  return {
    ref: it.text('ref'),
    refType: it.text('ref_type'),
    sha: it.text('sha'),
    beforeSha: it.text('before_sha'),
    source: {
      url: new Secret(it.text('repo_url')),
      refspecs: it.texts('refspecs'),
      depth: it.number('depth') ?? 0,
      objectFormat: it.optionalText('repo_object_format') ?? 'sha1',
    },
  };
}

function readStep(it: Fields): Step {
  const timeout = it.number('timeout');
  return {
    name: it.requiredText('name'),
    script: it.texts('script'),
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
    when: toWhen(it.optionalText('when')),
    allowFailure: it.flag('allow_failure'),
  };
}

function readArtifact(it: Fields): ArtifactEntry {
  const format = it.optionalText('artifact_format');
  return {
    name: it.text('name'),
    untracked: it.flag('untracked'),
    paths: it.texts('paths'),
    exclude: it.texts('exclude'),
    when: toWhen(it.optionalText('when')),
    expireIn: it.optionalText('expire_in'),
    type: it.text('artifact_type') || 'archive',
    format: format === 'gzip' || format === 'raw' ? format : 'zip',
  };
}

function readCache(it: Fields): CacheEntry {
  return {
    key: it.text('key'),
    untracked: it.flag('untracked'),
    paths: it.texts('paths'),
    policy: it.text('policy') || 'pull-push',
    when: toWhen(it.optionalText('when')),
    fallbackKeys: it.texts('fallback_keys'),
  };
}

function readImage(it: Fields): Image {
  return {
    name: it.requiredText('name'),
    alias: it.optionalText('alias'),
    entrypoint: it.textOrTexts('entrypoint'),
    command: it.textOrTexts('command'),
  };
}

function readDependency(it: Fields): Job['dependencies'][number] {
  const file = it.object('artifacts_file', (archive) => ({
    filename: archive.text('filename'),
    size: archive.number('size'),
  }));
  return {
    id: it.requiredNumber('id'),
    name: it.text('name'),
    token: new Secret(it.text('token')),
    artifact: file === undefined || file.filename === '' ? undefined : file,
  };
}

function readFeatures(it: Fields): Job['features'] {
  return {
    traceSections: it.flag('trace_sections'),
    failureReasons: it.optionalTexts('failure_reasons'),
    tokenPrefixes: it.texts('token_mask_prefixes'),
  };
}

function toWhen(when: string | undefined): Step['when'] {
  return when === 'on_failure' || when === 'always' ? when : 'on_success';
}
