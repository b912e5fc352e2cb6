import type { Repository } from '../git/repository.ts';
import { accessToNamespace, type AccessLevel, type Namespace, OWNER } from './namespace.ts';
import type { User } from './user.ts';

export interface Project {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  readonly fullPath: string;
  readonly namespace: Namespace;
  readonly members: Map<number, AccessLevel>;
  readonly createdAt: number;
  readonly defaultBranch: string;
  readonly timeoutS: number;
  runnersToken: string;
  sharedRunnersEnabled: boolean;
  groupRunnersEnabled: boolean;
  buildsEnabled: boolean;
  /** A deleted project is kept for its jobs' answers. */
  deleted: boolean;
  /** The repository that a job of this project named last. */
  repository: Repository | undefined;
  /** What instance runners are busy with: the fewest go first. */
  runningOnInstanceRunners: number;
  pipelineCount: number;
}

/** What a user may do in a project: their own membership or the namespace's, whichever is higher. */
export function accessToProject(user: User, project: Project): AccessLevel {
  if (user.admin) return OWNER;
  return Math.max(project.members.get(user.id) ?? 0, accessToNamespace(user, project.namespace));
}
