import { lineage } from './namespace.ts';
import type { Project } from './project.ts';
import type { Runner } from './runner.ts';

/** What decides which runners a job may go to. */
export interface Demand {
  readonly project: Project;
  readonly protected: boolean;
  readonly tags: readonly string[];
  /** Equal for demands that are equal. */
  readonly key: string;
}

export function createDemand(
  project: Project,
  isProtected: boolean,
  tags: readonly string[],
): Demand {
  const sorted = [...new Set(tags)].toSorted();
  const key = JSON.stringify([project.id, isProtected, sorted]);
  return { project, protected: isProtected, tags: sorted, key };
}

/** Whether GitLab would hand such a job to the runner; being locked or paused plays no part here. */
export function isSuitable(runner: Runner, demand: Demand): boolean {
  const { accessLevel, runUntagged, tags } = runner.attributes;
  if (accessLevel === 'ref_protected' && !demand.protected) return false;
  if (!runUntagged && demand.tags.length === 0) return false;
  return serves(runner, demand.project) && demand.tags.every((tag) => tags.includes(tag));
}

function serves(runner: Runner, project: Project): boolean {
  switch (runner.type) {
    case 'instance_type':
      return project.sharedRunnersEnabled;
    case 'group_type':
      return (
        project.groupRunnersEnabled && lineage(project.namespace).some((n) => n === runner.group)
      );
    case 'project_type':
      return runner.projects.includes(project);
  }
}
