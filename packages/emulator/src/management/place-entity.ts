import { namespaceEntity } from '../api/entities.ts';
import { toTimestamp } from '../clock.ts';
import type { Namespace } from '../world/namespace.ts';
import type { Project } from '../world/project.ts';

type Entity = Record<string, unknown>;

/** What tells a project from others. */
export function projectIdentityEntity(project: Project): Entity {
  return {
    id: project.id,
    description: null,
    name: project.name,
    name_with_namespace: `${project.namespace.fullPath.split('/').join(' / ')} / ${project.name}`,
    path: project.path,
    path_with_namespace: project.fullPath,
    created_at: toTimestamp(project.createdAt),
  };
}

/** A project as runners have it: no settings, no registration token. */
export function basicProjectEntity(project: Project, url: string): Entity {
  const webUrl = `${url}/${project.fullPath}`;
  return {
    ...projectIdentityEntity(project),
    default_branch: project.defaultBranch,
    tag_list: [],
    topics: [],
    ssh_url_to_repo: `git@${new URL(url).hostname}:${project.fullPath}.git`,
    http_url_to_repo: `${webUrl}.git`,
    web_url: webUrl,
    readme_url: null,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: toTimestamp(project.createdAt),
    visibility: 'private',
    namespace: namespaceEntity(project.namespace, url),
  };
}

export function basicGroupEntity(group: Namespace, url: string): Entity {
  return { id: group.id, web_url: `${url}/groups/${group.fullPath}`, name: group.name };
}
