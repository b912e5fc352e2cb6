import type { Clock } from '../clock.ts';
import type { Ids } from './ids.ts';
import { OWNER, type Namespace } from './namespace.ts';
import type { Project } from './project.ts';
import { newRegistrationToken } from './tokens.ts';
import type { User } from './user.ts';

export interface ProjectSpec {
  readonly path: string;
  readonly namespace: Namespace;
  readonly sharedRunnersEnabled?: boolean;
}

/** Groups, users' namespaces and the projects in them, found by id or by full path. */
export class Projects {
  readonly #ids: Ids;
  readonly #clock: Clock;
  readonly #projects = new Map<number | string, Project>();
  readonly #namespaces = new Map<number | string, Namespace>();

  constructor(ids: Ids, clock: Clock) {
    this.#ids = ids;
    this.#clock = clock;
  }

  addGroup(path: string, parent: Namespace | undefined): Namespace {
    return this.#addNamespace(this.#ids.next('group'), 'group', path, parent);
  }

  /** A user's own namespace, in which they may do everything. */
  addUserNamespace(user: User, id = this.#ids.next('group')): Namespace {
    const namespace = this.#addNamespace(id, 'user', user.username, undefined);
    namespace.members.set(user.id, OWNER);
    return namespace;
  }

  addProject(
    { path, namespace, sharedRunnersEnabled = true }: ProjectSpec,
    id = this.#ids.next('project'),
  ): Project {
    const project: Project = {
      id,
      path,
      name: path,
      fullPath: `${namespace.fullPath}/${path}`,
      namespace,
      members: new Map(),
      createdAt: this.#clock.now(),
      defaultBranch: 'main',
      timeoutS: 3600,
      runnersToken: newRegistrationToken(),
      sharedRunnersEnabled,
      groupRunnersEnabled: true,
      buildsEnabled: true,
      deleted: false,
      repository: undefined,
      runningOnInstanceRunners: 0,
      pipelineCount: 0,
    };
    this.#projects.set(project.id, project);
    this.#projects.set(project.fullPath.toLowerCase(), project);
    return project;
  }

  /** By number, or by the full path; deleted ones are not found. */
  project(idOrPath: number | string): Project | undefined {
    const project = this.#projects.get(keyOf(idOrPath));
    return project?.deleted === true ? undefined : project;
  }

  /** All that are not deleted. */
  all(): Project[] {
    return [...new Set(this.#projects.values())].filter(({ deleted }) => !deleted);
  }

  namespace(idOrPath: number | string): Namespace | undefined {
    return this.#namespaces.get(keyOf(idOrPath));
  }

  group(idOrPath: number | string): Namespace | undefined {
    const found = this.namespace(idOrPath);
    return found?.kind === 'group' ? found : undefined;
  }

  /** Whose registration token it is. */
  byRunnersToken(token: string): Project | Namespace | undefined {
    const all = [...this.#projects.values(), ...this.#namespaces.values()];
    return all.find(({ runnersToken }) => runnersToken === token);
  }

  delete(project: Project): void {
    project.deleted = true;
    this.#projects.delete(project.fullPath.toLowerCase());
  }

  #addNamespace(
    id: number,
    kind: Namespace['kind'],
    path: string,
    parent: Namespace | undefined,
  ): Namespace {
    const namespace: Namespace = {
      id,
      kind,
      path,
      name: path,
      fullPath: parent === undefined ? path : `${parent.fullPath}/${path}`,
      parent,
      members: new Map(),
      createdAt: this.#clock.now(),
      runnersToken: newRegistrationToken(),
    };
    this.#namespaces.set(namespace.id, namespace);
    this.#namespaces.set(namespace.fullPath.toLowerCase(), namespace);
    return namespace;
  }
}

function keyOf(idOrPath: number | string): number | string {
  if (typeof idOrPath === 'number') return idOrPath;
  return /^\d+$/.test(idOrPath) ? Number(idOrPath) : idOrPath.toLowerCase();
}
