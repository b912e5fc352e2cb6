import { toSlug } from '../ci/pipeline-facts.ts';
import { toIso8601 } from '../clock.ts';
import { descriptionOf, titleOf } from '../git/commit-facts.ts';
import { toText } from '../http/parameters.ts';
import { serverVersion } from '../server-version.ts';
import type { Job } from '../world/job.ts';
import { rootOf } from '../world/namespace.ts';
import type { Pipeline, PipelineSource } from '../world/pipeline.ts';
import type { Project } from '../world/project.ts';
import type { Runner } from '../world/runner.ts';
import type { User } from '../world/user.ts';
import { plain, secret, type Variable } from './variable.ts';

/** What a job's variables are made from beside the job. */
export interface Surroundings {
  /** The server's address, without a path. */
  readonly url: string;
  readonly registry: string | null;
}

const JOB_USER = 'gitlab-ci-token';
const NO_COMMIT = '0'.repeat(40);

/** The variables that GitLab puts before a job's own, in its order. */
export function variablesBefore(job: Job, surroundings: Surroundings): Variable[] {
  return [
    ...jobVariables(job, surroundings),
    ...projectVariables(job.project, job.pipeline.source, surroundings),
    ...pipelineVariables(job.pipeline, job.demand.protected),
    ...(job.runner === undefined ? [] : runnerVariables(job.runner)),
  ];
}

/** Those that come after them. */
export function variablesAfter(job: Job): Variable[] {
  return userVariables(job.definition.user);
}

/** What is known before there is a pipeline, for the rules that decide about its jobs. */
export function variablesForRules(
  project: Project,
  source: PipelineSource,
  user: User,
  surroundings: Surroundings,
): Variable[] {
  return [
    ...projectVariables(project, source, surroundings),
    ...commitVariables(source, source.protected),
    ...userVariables(user),
  ];
}

function jobVariables(job: Job, { url }: Surroundings): Variable[] {
  const { project, pipeline, token, definition } = job;
  const startedAt = toIso8601(job.startedAt ?? job.createdAt);
  const { parallel, environment, when } = definition.spec;
  return [
    plain('CI_PIPELINE_ID', pipeline.id),
    plain('CI_PIPELINE_URL', `${url}/${project.fullPath}/-/pipelines/${pipeline.id}`),
    plain('CI_JOB_ID', job.id),
    plain('CI_JOB_URL', `${url}/${project.fullPath}/-/jobs/${job.id}`),
    secret('CI_JOB_TOKEN', token),
    plain('CI_JOB_STARTED_AT', startedAt),
    plain('CI_JOB_STARTED_AT_SLUG', toSlug(startedAt)),
    plain('CI_REGISTRY_USER', JOB_USER),
    secret('CI_REGISTRY_PASSWORD', token),
    { ...plain('CI_REPOSITORY_URL', repositoryUrl(job, url)), public: false },
    plain('CI_DEPENDENCY_PROXY_USER', JOB_USER),
    secret('CI_DEPENDENCY_PROXY_PASSWORD', token),
    plain('CI_JOB_NAME', definition.name),
    plain('CI_JOB_NAME_SLUG', toSlug(definition.name)),
    plain('CI_JOB_GROUP_NAME', definition.name.replace(/(?:\s+\d+[/:]\d+|: \[.*\])$/, '')),
    plain('CI_JOB_STAGE', definition.stage),
    ...(when === 'manual' ? [plain('CI_JOB_MANUAL', true)] : []),
    ...(parallel === undefined ? [] : [plain('CI_NODE_INDEX', parallel.index)]),
    plain('CI_NODE_TOTAL', parallel?.total ?? 1),
    ...environmentVariables(environment),
  ];
}

/** Where the job's commit is fetched from, with its token. */
export function repositoryUrl(job: Job, url: string): string {
  const address = `${url}/${job.project.fullPath}.git`;
  return address.replace('://', `://${JOB_USER}:${job.token}@`);
}

function environmentVariables(environment: Job['definition']['spec']['environment']): Variable[] {
  if (environment === undefined) return [];
  const { name = '', action = 'start', deployment_tier: tier = 'other', url } = environment;
  return [
    plain('CI_ENVIRONMENT_NAME', toText(name)),
    plain('CI_ENVIRONMENT_ACTION', toText(action)),
    plain('CI_ENVIRONMENT_TIER', toText(tier)),
    plain('CI_ENVIRONMENT_SLUG', toSlug(toText(name))),
    ...(url === undefined ? [] : [plain('CI_ENVIRONMENT_URL', toText(url))]),
  ];
}

function serverVariables(url: string): Variable[] {
  const { protocol, hostname, host, port } = new URL(url);
  const { version, major, minor, patch, revision } = serverVersion;
  return [
    plain('CI', true),
    plain('GITLAB_CI', true),
    plain('CI_SERVER', 'yes'),
    plain('CI_SERVER_FQDN', host),
    plain('CI_SERVER_URL', url),
    plain('CI_SERVER_HOST', hostname),
    plain('CI_SERVER_PORT', port || (protocol === 'https:' ? 443 : 80)),
    plain('CI_SERVER_PROTOCOL', protocol.slice(0, -1)),
    plain('CI_SERVER_SHELL_SSH_HOST', hostname),
    plain('CI_SERVER_SHELL_SSH_PORT', 22),
    plain('CI_SERVER_NAME', 'GitLab'),
    plain('CI_SERVER_VERSION', version),
    plain('CI_SERVER_VERSION_MAJOR', major),
    plain('CI_SERVER_VERSION_MINOR', minor),
    plain('CI_SERVER_VERSION_PATCH', patch),
    plain('CI_SERVER_REVISION', revision),
  ];
}

function projectVariables(
  project: Project,
  { repository }: PipelineSource,
  { url, registry }: Surroundings,
): Variable[] {
  const { namespace } = project;
  const root = rootOf(namespace);
  const { host } = new URL(url);
  const proxy = '/dependency_proxy/containers';
  return [
    ...serverVariables(url),
    plain('GITLAB_FEATURES', ''),
    plain('CI_PROJECT_ID', project.id),
    plain('CI_PROJECT_NAME', project.path),
    plain('CI_PROJECT_TITLE', project.name),
    plain('CI_PROJECT_DESCRIPTION', ''),
    plain('CI_PROJECT_PATH', project.fullPath),
    plain('CI_PROJECT_PATH_SLUG', toSlug(project.fullPath)),
    plain('CI_PROJECT_NAMESPACE', namespace.fullPath),
    plain('CI_PROJECT_NAMESPACE_SLUG', toSlug(namespace.fullPath)),
    plain('CI_PROJECT_NAMESPACE_ID', namespace.id),
    plain('CI_PROJECT_ROOT_NAMESPACE', root.path),
    plain('CI_PROJECT_URL', `${url}/${project.fullPath}`),
    plain('CI_PROJECT_VISIBILITY', 'private'),
    plain('CI_PROJECT_REPOSITORY_LANGUAGES', ''),
    plain('CI_PROJECT_CLASSIFICATION_LABEL', ''),
    plain('CI_DEFAULT_BRANCH', repository?.defaultBranch ?? project.defaultBranch),
    plain('CI_CONFIG_PATH', '.gitlab-ci.yml'),
    ...(registry === null
      ? []
      : [
          plain('CI_REGISTRY', registry),
          plain('CI_REGISTRY_IMAGE', `${registry}/${project.fullPath.toLowerCase()}`),
        ]),
    plain('CI_DEPENDENCY_PROXY_SERVER', host),
    plain('CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX', `${host}/${root.path.toLowerCase()}${proxy}`),
    plain(
      'CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX',
      `${host}/${namespace.fullPath.toLowerCase()}${proxy}`,
    ),
    plain('CI_API_V4_URL', `${url}/api/v4`),
    plain('CI_API_GRAPHQL_URL', `${url}/api/graphql`),
    plain('CI_TEMPLATE_REGISTRY_HOST', 'registry.gitlab.com'),
  ];
}

function pipelineVariables({ iid, createdAt, source }: Pipeline, isProtected: boolean): Variable[] {
  return [
    plain('CI_PIPELINE_IID', iid),
    plain('CI_PIPELINE_CREATED_AT', toIso8601(createdAt)),
    ...commitVariables(source, isProtected),
  ];
}

function commitVariables({ commit, ref, tag }: PipelineSource, isProtected: boolean): Variable[] {
  return [
    plain('CI_PIPELINE_SOURCE', 'push'),
    plain('CI_COMMIT_SHA', commit.sha),
    plain('CI_COMMIT_SHORT_SHA', commit.sha.slice(0, 8)),
    plain('CI_COMMIT_BEFORE_SHA', NO_COMMIT),
    plain('CI_COMMIT_REF_NAME', ref),
    plain('CI_COMMIT_REF_SLUG', toSlug(ref)),
    ...(tag ? [] : [plain('CI_COMMIT_BRANCH', ref)]),
    plain('CI_COMMIT_MESSAGE', commit.message),
    plain('CI_COMMIT_MESSAGE_IS_TRUNCATED', false),
    plain('CI_COMMIT_TITLE', titleOf(commit)),
    plain('CI_COMMIT_DESCRIPTION', descriptionOf(commit)),
    plain('CI_COMMIT_REF_PROTECTED', isProtected),
    plain('CI_COMMIT_TIMESTAMP', commit.timestamp),
    plain('CI_COMMIT_AUTHOR', commit.author),
    ...(tag
      ? [plain('CI_COMMIT_TAG', ref), plain('CI_COMMIT_TAG_MESSAGE', commit.tagMessage ?? '')]
      : []),
  ];
}

function runnerVariables(runner: Runner): Variable[] {
  return [
    plain('CI_RUNNER_ID', runner.id),
    plain('CI_RUNNER_DESCRIPTION', runner.attributes.description ?? ''),
    plain('CI_RUNNER_TAGS', JSON.stringify(runner.attributes.tags)),
  ];
}

function userVariables(user: User): Variable[] {
  return [
    plain('GITLAB_USER_ID', user.id),
    plain('GITLAB_USER_EMAIL', user.email),
    plain('GITLAB_USER_LOGIN', user.username),
    plain('GITLAB_USER_NAME', user.name),
  ];
}
