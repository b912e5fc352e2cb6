import { toTimestamp } from '../clock.ts';
import { titleOf } from '../git/commit-facts.ts';
import type { Job } from '../world/job.ts';
import { MAINTAINER, type AccessLevel, type Namespace } from '../world/namespace.ts';
import type { Project } from '../world/project.ts';
import type { User } from '../world/user.ts';

type Entity = Record<string, unknown>;

export function userEntity(user: User, url: string): Entity {
  return {
    id: user.id,
    username: user.username,
    name: user.name,
    state: user.state,
    locked: false,
    avatar_url: null,
    web_url: `${url}/${user.username}`,
  };
}

export function namespaceEntity(namespace: Namespace, url: string): Entity {
  return {
    id: namespace.id,
    name: namespace.name,
    path: namespace.path,
    kind: namespace.kind,
    full_path: namespace.fullPath,
    parent_id: namespace.parent?.id ?? null,
    avatar_url: null,
    web_url: `${url}/${namespace.kind === 'group' ? 'groups/' : ''}${namespace.fullPath}`,
  };
}

/** Who may not maintain the project does not see its registration token. */
export function projectEntity(project: Project, url: string, access: AccessLevel): Entity {
  const webUrl = `${url}/${project.fullPath}`;
  return {
    id: project.id,
    description: null,
    name: project.name,
    name_with_namespace: `${project.namespace.fullPath.split('/').join(' / ')} / ${project.name}`,
    path: project.path,
    path_with_namespace: project.fullPath,
    created_at: toTimestamp(project.createdAt),
    default_branch: project.defaultBranch,
    tag_list: [],
    topics: [],
    ssh_url_to_repo: `git@${new URL(url).hostname}:${project.fullPath}.git`,
    http_url_to_repo: `${webUrl}.git`,
    web_url: webUrl,
    avatar_url: null,
    namespace: namespaceEntity(project.namespace, url),
    visibility: 'private',
    archived: false,
    shared_runners_enabled: project.sharedRunnersEnabled,
    group_runners_enabled: project.groupRunnersEnabled,
    build_timeout: project.timeoutS,
    ...(access >= MAINTAINER ? { runners_token: project.runnersToken } : {}),
  };
}

export function groupEntity(group: Namespace, url: string, access: AccessLevel): Entity {
  return {
    id: group.id,
    web_url: `${url}/groups/${group.fullPath}`,
    name: group.name,
    path: group.path,
    description: '',
    visibility: 'private',
    full_name: group.fullPath.split('/').join(' / '),
    full_path: group.fullPath,
    created_at: toTimestamp(group.createdAt),
    parent_id: group.parent?.id ?? null,
    shared_runners_setting: 'enabled',
    ...(access >= MAINTAINER ? { runners_token: group.runnersToken } : {}),
  };
}

function commitEntity(job: Job, url: string): Entity {
  const { commit } = job.pipeline.source;
  return {
    id: commit.sha,
    short_id: commit.sha.slice(0, 8),
    title: titleOf(commit),
    message: commit.message,
    created_at: commit.timestamp,
    web_url: `${url}/${job.project.fullPath}/-/commit/${commit.sha}`,
  };
}

function pipelineEntity({ pipeline, project }: Job, url: string): Entity {
  return {
    id: pipeline.id,
    iid: pipeline.iid,
    project_id: project.id,
    sha: pipeline.source.commit.sha,
    ref: pipeline.source.ref,
    source: 'push',
    created_at: toTimestamp(pipeline.createdAt),
    web_url: `${url}/${project.fullPath}/-/pipelines/${pipeline.id}`,
  };
}

/** A job as most lists have it. */
export function jobEntity(job: Job, url: string): Entity {
  const { definition, pipeline, project } = job;
  return {
    id: job.id,
    status: job.status,
    stage: definition.stage,
    name: definition.name,
    ref: pipeline.source.ref,
    tag: pipeline.source.tag,
    coverage: null,
    allow_failure: job.allowFailure,
    created_at: toTimestamp(job.createdAt),
    started_at: toTimestamp(job.startedAt),
    finished_at: toTimestamp(job.finishedAt),
    erased_at: toTimestamp(job.erasedAt),
    duration: seconds(job.startedAt, job.finishedAt),
    queued_duration: seconds(job.queuedAt, job.startedAt),
    user: userEntity(definition.user, url),
    commit: commitEntity(job, url),
    pipeline: pipelineEntity(job, url),
    ...(job.status === 'failed' ? { failure_reason: job.failureReason ?? null } : {}),
    web_url: `${url}/${project.fullPath}/-/jobs/${job.id}`,
    project: { ci_job_token_scope_enabled: false },
    tag_list: [...definition.demand.tags],
  };
}

function seconds(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : (to - from) / 1000;
}
